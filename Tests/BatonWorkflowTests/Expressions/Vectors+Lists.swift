/// After lists.textproto, fields.textproto and namespace.textproto of the CEL specification.
extension Vector {
    static let lists = table(
        #"""
        # Concatenation
        [] + [] => []
        [1] + [] => [1]
        [] + [1] => [1]
        [1] + [2] => [1, 2]
        [1] + [2] + [3] => [1, 2, 3]
        [1] + ['a'] => [1, "a"]
        facts.l + [4] => [1, 2, 3, 4]
        facts.el + facts.l == facts.l => true
        # Index
        [7, 8, 9][0] => 7
        [7, 8, 9][2] => 9
        [7, 8, 9][3] => error
        [7, 8, 9][-1] => error
        [][0] => error
        facts.l[0] => 1
        facts.l[facts.one] => 2
        facts.l[facts.two] => 3
        facts.l[facts.d] => error
        facts.l[facts.s] => error
        facts.l[facts.t] => error
        facts.l[facts.max] => error
        facts.l[1 + 1] => 3
        [1, 2][0.0] => refused
        [1, 2]['0'] => refused
        [1, 2][true] => refused
        [[1, 2], [3]][0][1] => 2
        [1, 2].a => refused
        # Size
        size([]) => 0
        size([1, 2, 3]) => 3
        [1, 2].size() => 2
        size(facts.l) => 3
        facts.l.size() == 3 => true
        size({}) => 0
        size({'a': 1, 'b': 2}) => 2
        {'a': 1}.size() => 1
        size(facts.m) => 3
        size('') => 0
        size('abc') => 3
        'abc'.size() => 3
        size('é') => 1
        size('e\u0301') => 2
        size('😀') => 1
        size('四') => 1
        size(facts.u) => 3
        size(1) => refused
        size(null) => refused
        size(true) => refused
        size(facts.i) => error
        size(facts.n) => error
        facts.d.size() => error
        size() => refused
        size([], []) => refused
        [].size(1) => refused
        # Maps and members
        {'a': 1}.a => 1
        {'a': 1}['a'] => 1
        {'a': 1}['b'] => error
        {'a': 1}.b => error
        {'a': {'b': 2}}.a.b => 2
        {'a': {'b': 2}}['a']['b'] => 2
        {'a': 1}[1] => refused
        {'a-b': 1}['a-b'] => 1
        {'a-b': 1}.`a-b` => 1
        {'a': 1}.`a => refused
        {'if': 1}.if => 1
        {'for': 1}.for => 1
        {'in': 1}['in'] => 1
        {'in': 1}.in => refused
        facts.m.a => 1
        facts.m['b'] => "two"
        facts.m.nested.x[1] => 20
        facts.m.nested.x[2] => error
        facts.m.none => error
        facts.m['none'] => error
        facts.m.a.b => error
        facts.m[facts.s] => error
        facts.m[facts.i] => error
        facts.s.length => error
        facts.s[0] => error
        facts.n.a => error
        facts.l.a => error
        facts.i[0] => error
        1.a => refused
        'abc'.length => refused
        'abc'[0] => refused
        null.a => refused
        # has
        has({'a': 1}.a) => true
        has({'a': 1}.b) => false
        has({'a': null}.a) => true
        has(facts.m.a) => true
        has(facts.m.none) => false
        has(facts.m.nested.x) => true
        has(facts.m.nested.y) => false
        has(facts.m.none.y) => error
        has(facts.m.a.y) => error
        has(facts.i) => true
        has(facts.none) => false
        has(facts.n) => true
        has(facts.m.`a`) => true
        has({}.a) => false
        has([].a) => refused
        has('a') => refused
        has(facts) => refused
        has(facts.m['a']) => refused
        has() => refused
        has(facts.a, facts.b) => refused
        facts.m.has(a) => refused
        # The roots are maps
        'i' in facts => true
        'none' in facts => false
        facts.exists(name, name == 'mix') => true
        size(facts) > 10 => true
        facts.em == {} => true
        """#)
}
