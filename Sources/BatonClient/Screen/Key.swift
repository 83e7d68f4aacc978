/// What a person did at the keyboard.
package enum Key: Sendable, Hashable {
    case character(Character)
    case enter, escape, tab, backspace, delete
    case up, down, left, right, pageUp, pageDown, home, end
    /// With Ctrl held: the letter, in lower case.
    case control(Character)
    /// From the clipboard, in one piece: a line break in it answers nothing.
    case paste(String)
}
