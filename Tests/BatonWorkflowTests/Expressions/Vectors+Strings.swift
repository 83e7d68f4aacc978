/// After string.textproto of the CEL specification; the syntax of patterns is RE2's.
extension Vector {
    static let strings = table(
        #"""
        # Concatenation
        '' + '' => ""
        'a' + '' => "a"
        'a' + 'b' => "ab"
        'he' + 'llo' => "hello"
        '¢' + 'ÿ' + 'Ȁ' => "¢ÿȀ"
        facts.u + '!' => "aé😀!"
        # startsWith
        'foobar'.startsWith('foo') => true
        'foobar'.startsWith('bar') => false
        'foobar'.startsWith('') => true
        ''.startsWith('') => true
        ''.startsWith('a') => false
        'foo'.startsWith('foobar') => false
        '\u00e9'.startsWith('e') => false
        'e\u0301'.startsWith('e') => true
        facts.s.startsWith('a') => true
        # endsWith
        'foobar'.endsWith('bar') => true
        'foobar'.endsWith('foo') => false
        'foobar'.endsWith('') => true
        ''.endsWith('') => true
        'bar'.endsWith('foobar') => false
        'forté'.endsWith('té') => true
        # contains
        'foobar'.contains('oba') => true
        'foobar'.contains('abo') => false
        'foobar'.contains('') => true
        ''.contains('') => true
        ''.contains('a') => false
        'aab'.contains('ab') => true
        'abababac'.contains('ababac') => true
        'abababab'.contains('ababac') => false
        'Straße'.contains('aß') => true
        facts.u.contains('😀') => true
        # matches looks anywhere in the text
        'hubba'.matches('ubb') => true
        'hubba'.matches('') => true
        ''.matches('') => true
        ''.matches('a') => false
        'hubba'.matches('^ubb') => false
        'hubba'.matches('^hub') => true
        'hubba'.matches('bba$') => true
        'hubba'.matches('^h.*a$') => true
        'abcd'.matches('bc') => true
        matches('abcd', 'bc') => true
        'grey'.matches('gr(a|e)y') => true
        'groy'.matches('gr(a|e)y') => false
        'cows'.matches('[a-z]') => true
        'cow1'.matches('^[a-z]+$') => false
        'id123'.matches(r'^[a-z]+\d{3}$') => true
        'id12'.matches(r'^[a-z]+\d{3}$') => false
        'a.b'.matches(r'^a\.b$') => true
        'axb'.matches('^a.b$') => true
        'a\nb'.matches('^a.b$') => false
        'a\nb'.matches('(?s)^a.b$') => true
        'a\nb'.matches('^b') => false
        'a\nb'.matches('(?m)^b') => true
        'HUBBA'.matches('(?i)hub') => true
        'ÉTÉ'.matches('(?i)été') => true
        '😀'.matches('^.$') => true
        'mañana'.matches('a+ñ+a+') => true
        'foo bar'.matches(r'\bbar\b') => true
        'foobar'.matches(r'\bbar\b') => false
        'fo'.matches('^fo{2,3}$') => false
        'fooo'.matches('^fo{2,3}$') => true
        'foooo'.matches('^fo{2,3}$') => false
        facts.s.matches(facts.s) => true
        facts.s.matches('^a' + '.c$') => true
        'a'.matches('(') => refused
        'a'.matches('a**') => refused
        'a'.matches(r'(a)\1') => refused
        'a'.matches('a(?=b)') => refused
        'a'.matches('(?<!a)b') => refused
        facts.s.matches('[' + 'a') => error
        # Other types
        1.contains('a') => refused
        'a'.contains(1) => refused
        'a'.startsWith(true) => refused
        'a'.endsWith(null) => refused
        [1].contains(1) => refused
        'a'.matches(1) => refused
        facts.i.contains('a') => error
        'a'.contains(facts.i) => error
        facts.n.startsWith('a') => error
        facts.l.contains('a') => error
        facts.s.matches(facts.n) => error
        'a'.contains() => refused
        'a'.contains('a', 'b') => refused
        contains('a', 'b') => refused
        'a'.upper() => refused
        string(1) => refused
        facts.s.size() == size(facts.s) => true
        """#)
}
