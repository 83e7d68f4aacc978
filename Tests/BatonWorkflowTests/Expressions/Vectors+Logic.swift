/// After logic.textproto and macros.textproto of the CEL specification.
extension Vector {
    static let logic = table(
        #"""
        # && and ||
        true && true => true
        true && false => false
        false && true => false
        false && false => false
        true || true => true
        true || false => true
        false || true => true
        false || false => false
        # Either operand decides, whatever became of the other
        false && 1 / 0 > 0 => false
        1 / 0 > 0 && false => false
        true && 1 / 0 > 0 => error
        1 / 0 > 0 && true => error
        true || 1 / 0 > 0 => true
        1 / 0 > 0 || true => true
        false || 1 / 0 > 0 => error
        1 / 0 > 0 || false => error
        1 / 0 > 0 && 1 / 0 > 0 => error
        1 / 0 > 0 || 1 / 0 > 0 => error
        false && facts.i => false
        facts.i && false => false
        facts.i && true => error
        true && facts.s => error
        facts.s || true => true
        true || facts.n => true
        facts.n || false => error
        1 / 0 > 0 || 1 / 0 > 0 || true => true
        1 / 0 > 0 || (1 / 0 > 0 || true) => true
        1 / 0 > 0 && true && false => false
        1 && true => refused
        true && 'a' => refused
        null || true => refused
        [] || true => refused
        # !
        !true => false
        !false => true
        !!false => false
        !!!false => true
        !facts.f => true
        !1 => refused
        !'a' => refused
        !null => refused
        !facts.i => error
        !facts.n => error
        !(1 / 0 > 0) => error
        # ?: evaluates only the branch that is taken
        true ? 1 : 1 / 0 => 1
        false ? 1 / 0 : 2 => 2
        true ? 1 / 0 : 2 => error
        1 / 0 > 0 ? 1 : 2 => error
        facts.t ? 'yes' : 'no' => "yes"
        facts.f ? 'yes' : 1 => 1
        facts.i ? 1 : 2 => error
        1 ? 2 : 3 => refused
        'a' ? 2 : 3 => refused
        true ? true : facts.none => true
        # exists
        [1, 2, 3].exists(e, e > 1) => true
        [1, 2, 3].exists(e, e > 3) => false
        [1, 2, 3].exists(e, e > 2) => true
        [].exists(e, e > 0) => false
        [].exists(e, true) => false
        [1, 'a', 3].exists(e, e == 'a') => true
        [1, 0].exists(e, 1 / e > 0) => true
        [0, 1].exists(e, 1 / e > 0) => true
        [0, 0].exists(e, 1 / e > 0) => error
        [0, 2].exists(e, 4 / e > 2) => error
        [1].exists(e, 1 / 0 > 0) => error
        facts.mix.exists(e, e == null) => true
        facts.mix.exists(e, e + 1 == 2) => true
        facts.mix.exists(e, e + 1 == 3) => error
        {'a': 1, 'b': 2}.exists(k, k == 'b') => true
        {'a': 1}.exists(k, k == 'z') => false
        {}.exists(k, k == 'z') => false
        facts.m.exists(k, facts.m[k] == 'two') => true
        [1, 2].exists(e, e) => refused
        facts.l.exists(e, e) => error
        facts.l.exists(e, e == 3 ? true : e) => true
        1.exists(e, true) => refused
        'abc'.exists(e, true) => refused
        facts.i.exists(e, true) => error
        facts.s.exists(e, true) => error
        # all
        [1, 2, 3].all(e, e > 0) => true
        [1, 2, 3].all(e, e > 1) => false
        [].all(e, false) => true
        [1, 0].all(e, 1 / e > 5) => false
        [0, 1].all(e, 1 / e > 5) => false
        [0, 1].all(e, 1 / e > 0) => error
        [1, 'a'].all(e, e == 1) => false
        {'a': 1, 'b': 2}.all(k, k.size() == 1) => true
        {'ab': 1}.all(k, k.size() == 1) => false
        facts.m.all(k, k in facts.m) => true
        facts.l.all(e, e) => error
        [true, false].all(e, e) => false
        [true, true].all(e, e) => true
        # Names of elements
        [1, 2].exists(x, [2, 3].exists(y, x == y)) => true
        [1, 2].exists(x, [3, 4].exists(y, x == y)) => false
        [1, 2].all(x, [x].all(y, y == x)) => true
        [[1, 2], [3]].exists(x, x.exists(y, y == 3)) => true
        [[1], [2]].all(x, x.exists(x, x > 0)) => true
        [1].exists(x, [2].exists(x, x == 2) && x == 1) => true
        [1].exists(x, x == 1) && [2].exists(x, x == 2) => true
        [1].exists(x, x == 1) && x == 1 => refused
        [{'a': 1}, {'a': 2}].exists(o, o.a == 2) => true
        [{'a': 1}].all(o, has(o.a) && !has(o.b)) => true
        facts.l.exists(e, e == facts.one) => true
        [1].exists(1, true) => refused
        [1].exists(e.x, true) => refused
        [1].exists(in, true) => refused
        [1].exists(facts, true) => refused
        [1].exists(e) => refused
        [1].exists(e, true, true) => refused
        [1].exists() => refused
        exists([1], e, true) => refused
        [1].map(e, e) => refused
        [1].filter(e, true) => refused
        [1].exists_one(e, true) => refused
        """#)
}
