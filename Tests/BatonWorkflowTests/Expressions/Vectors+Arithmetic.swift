/// After integer_math.textproto and fp_math.textproto of the CEL specification.
extension Vector {
    static let arithmetic = table(
        #"""
        # Integers
        1 + 1 => 2
        40 + 2 => 42
        -1 + 1 => 0
        1 - 2 => -1
        42 - -42 => 84
        6 * 7 => 42
        -6 * 7 => -42
        -6 * -7 => 42
        0 * facts.max => 0
        7 / 2 => 3
        -7 / 2 => -3
        7 / -2 => -3
        -7 / -2 => 3
        0 / 5 => 0
        7 % 2 => 1
        -7 % 2 => -1
        7 % -2 => 1
        43 % 5 => 3
        -43 % 5 => -3
        1 + 2 + 3 + 4 => 10
        -facts.i => -7
        -(7) => -7
        facts.i * facts.i => 49
        # What does not fit 64 bits
        9223372036854775807 + 1 => error
        -9223372036854775808 - 1 => error
        -9223372036854775808 + -1 => error
        9223372036854775807 - -1 => error
        9223372036854775807 * 2 => error
        -9223372036854775808 * 2 => error
        -9223372036854775808 * -1 => error
        5000000000 * 5000000000 => error
        -facts.min => error
        -(-9223372036854775808) => error
        -9223372036854775808 / -1 => error
        -9223372036854775808 % -1 => error
        9223372036854775807 + 0 => 9223372036854775807
        -9223372036854775808 + 9223372036854775807 => -1
        9223372036854775807 / -1 => -9223372036854775807
        facts.max - facts.max => 0
        facts.min / 1 => -9223372036854775808
        facts.min * 1 => -9223372036854775808
        # Division by zero
        1 / 0 => error
        0 / 0 => error
        1 % 0 => error
        facts.i / facts.zero => error
        facts.i % facts.zero => error
        # Doubles
        1.0 + 1.0 => 2.0
        0.5 + 0.25 => 0.75
        1.0 - 1.5 => -0.5
        1.5 * 2.0 => 3.0
        -1.5 * 1.5 => -2.25
        0.75 / 0.25 => 3.0
        7.0 / 2.0 => 3.5
        -facts.d => -1.5
        -(1.5) => -1.5
        0.1 + 0.2 == 0.3 => false
        1e300 * 1e10 == 1e310 => refused
        1e300 * 1e10 > 1e308 => true
        -1e300 * 1e10 < -1e308 => true
        1e-300 * 1e-300 == 0.0 => true
        1e300 + 1e300 == 2e300 => true
        facts.d / facts.dz > 1e308 => true
        -facts.d / facts.dz < -1e308 => true
        facts.dz / facts.dz == facts.dz => false
        1.0 / 0.0 == 2.0 / 0.0 => true
        1.0 / 0.0 == -1.0 / 0.0 => false
        # JSON has no such number, so no fact can have it
        1.0 / 0.0 => error
        0.0 / 0.0 => error
        [1.0 / 0.0] => error
        {'a': -1.0 / 0.0} => error
        # Ints and doubles do not mix
        1 + 1.0 => refused
        1.0 - 1 => refused
        2 * 1.5 => refused
        1.0 / 2 => refused
        7.0 % 2.0 => refused
        facts.i + facts.d => error
        facts.d - facts.i => error
        facts.i * facts.two => error
        facts.i / facts.two => error
        facts.two % facts.two => error
        facts.i + 1.0 => error
        1.0 + facts.d => 2.5
        # Other types
        1 + 'a' => refused
        'a' + 1 => refused
        'a' - 'b' => refused
        'a' * 2 => refused
        true + true => refused
        null + 1 => refused
        [1] + 1 => refused
        [1] - [1] => refused
        {} + {} => refused
        -'a' => refused
        -true => refused
        -[] => refused
        -facts.s => error
        -facts.n => error
        facts.s + facts.i => error
        facts.s - facts.s => error
        facts.t + facts.t => error
        facts.n + 1 => error
        facts.m + facts.m => error
        facts.l + facts.s => error
        facts.l * facts.i => error
        """#)
}
