/// After basic.textproto, plumbing.textproto and parse.textproto of the CEL specification.
extension Vector {
    static let basic = table(
        #"""
        # Literals that are themselves
        null => null
        true => true
        false => false
        0 => 0
        42 => 42
        -1 => -1
        0x7f => 127
        0X1F => refused
        -0x10 => -16
        007 => 7
        9223372036854775807 => 9223372036854775807
        -9223372036854775808 => -9223372036854775808
        0x7fffffffffffffff => 9223372036854775807
        9223372036854775808 => refused
        -9223372036854775809 => refused
        0x10000000000000000 => refused
        0.0 => 0.0
        1.5 => 1.5
        .5 => 0.5
        -2.25 => -2.25
        1e3 => 1000.0
        1E3 => 1000.0
        1.5e+2 => 150.0
        25e-2 => 0.25
        1e999 => refused
        1. => refused
        1e => refused
        0x => refused
        12abc => refused
        '' => ""
        "" => ""
        'a' => "a"
        "a" => "a"
        'it"s' => "it\"s"
        "it's" => "it's"
        '''a'b''' => "a'b"
        """a"b""" => "a\"b"
        '''''' => ""
        [] => []
        [1] => [1]
        [1, 'a', null] => [1, "a", null]
        [1, 2,] => [1, 2]
        [[], [[]]] => [[], [[]]]
        {} => {}
        {'k': 'v'} => {"k": "v"}
        {'a': 1, 'b': [2],} => {"a": 1, "b": [2]}
        {'a': {'b': {}}} => {"a": {"b": {}}}
        {'a': 1, 'a': 2} => refused
        {facts.s: 1} => {"abc": 1}
        {facts.s: 1, 'abc': 2} => error
        {facts.i: 1} => error
        {1: 2} => refused
        {'a' 1} => refused
        [1 2] => refused
        [,] => refused
        # What this language leaves out
        1u => refused
        b'abc' => refused
        x => refused
        .x => refused
        facts.a{} => refused
        # Escapes
        '\a\b\f\n\r\t\v' => "\u0007\b\f\n\r\t\u000b"
        '\\ \? \" \' \`' => "\\ ? \" ' `"
        '\x41\X42' => "AB"
        '\101' => "A"
        '\303' => "Ã"
        '\u00e9' => "é"
        '\U0001F600' => "😀"
        '\ud83d' => refused
        '\U00110000' => refused
        '\400' => refused
        '\x4' => refused
        '\q' => refused
        '\' => refused
        r'\n' => "\\n"
        R"\d+" => "\\d+"
        r'''a\'b''' => "a\\'b"
        'a => refused
        '''a' => refused
        # Blanks and comments
         1 => 1
        1// one => 1
        \#t1\#t+\#t1\#t => 2
        # Names
        facts.i => 7
        facts . i => 7
        facts['i'] => 7
        facts["no"] => error
        facts.`i` => 7
        true.a => refused
        in => refused
        if => refused
        while => refused
        facts.true => refused
        facts.null => refused
        # Precedence and association
        1 + 2 * 3 => 7
        (1 + 2) * 3 => 9
        1 - 2 - 3 => -4
        1 - (2 - 3) => 2
        100 / 10 / 5 => 2
        7 % 4 % 2 => 1
        2 * 3 % 4 => 2
        -2 * 3 => -6
        - facts.i + 1 => -6
        -(-(1)) => 1
        --1 => 1
        !true || true => true
        !(true || true) => false
        !!true => true
        true || false && false => true
        (true || false) && false => false
        1 + 1 == 2 => true
        1 < 2 == true => true
        1 < 2 && 2 < 3 => true
        1 < 2 < 3 => refused
        1 in [1] == true => true
        !facts.f && facts.t => true
        'a' + 'b' in ['ab'] => true
        true ? 1 : 2 => 1
        false ? 1 : 2 => 2
        true ? false ? 1 : 2 : 3 => refused
        true ? (false ? 1 : 2) : 3 => 2
        false ? 1 : false ? 2 : 3 => 3
        false ? 1 : true ? 2 : 3 => 2
        (true ? 1 : 2) + 1 => 2
        true || false ? 1 : 2 => 1
        true ? 1 + 1 : 2 + 2 => 2
        # What is no expression
        1 + => refused
        + 1 => refused
        (1 => refused
        1) => refused
        1 = 1 => refused
        true & true => refused
        true and true => refused
        1 1 => refused
        ? 1 : 2 => refused
        true ? 1 => refused
        é => refused
        """#)
}
