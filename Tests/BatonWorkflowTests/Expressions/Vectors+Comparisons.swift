/// After comparisons.textproto of the CEL specification.
extension Vector {
    static let comparisons = table(
        #"""
        # Equality within a type
        1 == 1 => true
        1 == 2 => false
        -3 == facts.neg => true
        1.5 == 1.5 => true
        0.0 == -0.0 => true
        'a' == 'a' => true
        'a' == 'A' => false
        '' == "" => true
        'a' == r'a' => true
        '\u00e9' == 'é' => true
        'e\u0301' == '\u00e9' => false
        true == true => true
        true == false => false
        null == null => true
        facts.n == null => true
        [] == [] => true
        [1, 2] == [1, 2] => true
        [1, 2] == [2, 1] => false
        [1] == [1, 2] => false
        [[1]] == [[1]] => true
        {} == {} => true
        {'a': 1} == {'a': 1} => true
        {'a': 1, 'b': 2} == {'b': 2, 'a': 1} => true
        {'a': 1} == {'a': 2} => false
        {'a': 1} == {'b': 1} => false
        {'a': 1} == {'a': 1, 'b': 2} => false
        {'a': [1]} == {'a': [1]} => true
        1 != 2 => true
        1 != 1 => false
        'a' != 'b' => true
        [] != [1] => true
        {} != {'a': 1} => true
        null != null => false
        true != false => true
        # Numbers are compared as numbers
        1 == 1.0 => true
        1.0 == 1 => true
        1 == 1.1 => false
        1 != 1.0 => false
        facts.two == 2 => true
        [1] == [1.0] => true
        {'a': 1} == {'a': 1.0} => true
        facts.max == 9223372036854775807.0 => false
        facts.odd == 9007199254740992.0 => false
        facts.odd == 9007199254740993.0 => false
        facts.min == -9223372036854775808.0 => true
        # Different types are not equal
        facts.one == '1' => false
        facts.one != '1' => true
        facts.t == 1 => false
        facts.n == false => false
        facts.n == 0 => false
        facts.n == '' => false
        facts.l == {} => false
        facts.s == ['abc'] => false
        facts.mix == [1, 'a', true, null, [1], {'k': 1}] => true
        facts.mix == [1, 'a', true, null, [1], {'k': 2}] => false
        1 == 'a' => false
        1 != 'a' => true
        [1] == ['a'] => false
        [] == ['a'] => false
        # NaN is not equal to itself, and stands nowhere in the order
        0.0 / 0.0 == 0.0 / 0.0 => false
        0.0 / 0.0 != 0.0 / 0.0 => true
        0.0 / 0.0 < 1.0 => false
        0.0 / 0.0 > 1.0 => false
        0.0 / 0.0 <= 1.0 => false
        0.0 / 0.0 >= 1 => false
        [0.0 / 0.0] == [0.0 / 0.0] => false
        # Order of numbers
        1 < 2 => true
        2 < 1 => false
        1 < 1 => false
        1 <= 1 => true
        2 <= 1 => false
        2 > 1 => true
        1 > 1 => false
        1 >= 1 => true
        0 >= 1 => false
        -1 < 0 => true
        facts.min < facts.max => true
        1.0 < 1.5 => true
        -1.5 < -1.0 => true
        1.0 / 0.0 > 1e308 => true
        -1.0 / 0.0 < -1e308 => true
        1 < 1.5 => true
        1.5 < 2 => true
        2 < 1.5 => false
        1 <= 1.0 => true
        1.0 >= 1 => true
        -1 > -1.5 => true
        -2 < -1.5 => true
        facts.max < 9223372036854775808.0 => true
        facts.max <= 1.0 / 0.0 => true
        facts.min > -1.0 / 0.0 => true
        facts.odd > 9007199254740992.0 => true
        9007199254740992.0 < facts.odd => true
        facts.odd <= 9007199254740992.0 => false
        # Order of strings: by code point
        'a' < 'b' => true
        'a' < 'a' => false
        'a' < 'aa' => true
        'B' < 'a' => true
        '' < 'a' => true
        'a' <= 'a' => true
        'b' > 'a' => true
        'b' >= 'c' => false
        'z' < 'é' => true
        '\uffff' < '\U0001F600' => true
        'Ab' < 'aB' => true
        # Order of booleans
        false < true => true
        true < false => false
        false <= false => true
        true > false => true
        true >= true => true
        # What has no order
        [1] < [2] => refused
        {} < {} => refused
        null < null => refused
        1 < 'a' => refused
        'a' < 1 => refused
        true < 1 => refused
        facts.l < facts.l => error
        facts.n < facts.n => error
        facts.s < facts.i => error
        facts.t < facts.i => error
        facts.em <= facts.em => error
        # in
        1 in [1, 2] => true
        3 in [1, 2] => false
        1 in [] => false
        1.0 in [1, 2] => true
        'a' in ['a'] => true
        'a' in ['ab'] => false
        null in [null] => true
        [1] in [[1]] => true
        {'a': 1} in [{'a': 1.0}] => true
        facts.s in facts.mix => false
        'a' in facts.mix => true
        null in facts.mix => true
        [1] in facts.mix => true
        1.0 in facts.mix => true
        true in facts.mix => true
        'k' in {'k': 1} => true
        'v' in {'k': 'v'} => false
        'a' in facts.m => true
        'z' in facts.m => false
        'a' in facts.em => false
        facts.i in facts.m => false
        facts.t in facts.m => false
        facts.n in facts.m => error
        facts.l in facts.m => error
        'a' in 'abc' => refused
        'a' in facts.s => error
        1 in 1 => refused
        1 in facts.n => error
        !(1 in [1]) => false
        """#)
}
