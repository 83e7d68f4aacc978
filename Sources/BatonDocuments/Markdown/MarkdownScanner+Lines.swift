/// What a line is: CommonMark's appendix, "phase 1: block structure".
extension MarkdownScanner {
    mutating func scan(_ line: MarkdownLine) {
        var cursor = MarkdownCursor(offset: line.start, end: line.end)
        let matched = match(&cursor)
        if matched == containers.count {
            if continuesLeaf(line, cursor) { return }
        } else if !leaf.isParagraph {
            close(at: line.start, keeping: matched)
        }
        open(line, &cursor, matched)
    }

    /// Goes through the open containers as far as the line continues them.
    private mutating func match(_ cursor: inout MarkdownCursor) -> Int {
        for index in containers.indices {
            let indent = cursor.indentation(in: bytes)
            let isBlank = indent.offset == cursor.end
            if containers[index].isQuote {
                guard indent.columns < 4, !isBlank, bytes[indent.offset] == .greater else { return index }
                cursor.skip(indent)
                cursor.stepQuote(in: bytes)
            } else if isBlank {
                // An item can begin with one blank line at most.
                guard !containers[index].isEmpty else { return index }
            } else {
                guard indent.columns >= containers[index].width else { return index }
                cursor.advance(columns: containers[index].width, in: bytes)
                containers[index].isEmpty = false
            }
        }
        return containers.count
    }

    /// Whether the line belongs to the code or the HTML that is open.
    private mutating func continuesLeaf(_ line: MarkdownLine, _ cursor: MarkdownCursor) -> Bool {
        let indent = cursor.indentation(in: bytes)
        switch leaf {
        case .fence(let fence):
            if indent.columns < 4, closes(fence, indent.offset, line.end) { leaf = .none }
            return true
        case .html(let block, _):
            if block.endsBeforeBlankLine {
                guard indent.offset == line.end else { return true }
                close(at: line.start)
                return true
            }
            if block.ends(in: bytes, cursor.offset..<line.end) { close(at: line.next) }
            return true
        case .none, .paragraph: return false
        }
    }

    private func closes(_ fence: Fence, _ start: Int, _ end: Int) -> Bool {
        var index = start
        while index < end, bytes[index] == fence.character { index += 1 }
        guard index - start >= fence.length else { return false }
        return bytes[index..<end].allSatisfy(\.isBlank)
    }

    /// Opens what starts on the line.
    private mutating func open(_ line: MarkdownLine, _ cursor: inout MarkdownCursor, _ matched: Int) {
        var matched = matched
        while true {
            let indent = cursor.indentation(in: bytes)
            guard indent.offset < line.end else { return blank(line, matched) }
            // Indented code does not interrupt a paragraph; it needs no state.
            if indent.columns >= 4 {
                if leaf.isParagraph { continueParagraph(line) }
                return
            }
            let continuesParagraph = leaf.isParagraph && matched == containers.count
            if openLeaf(line, indent, matched, continuesParagraph) { return }
            guard let container = container(at: indent, line, &cursor, interrupts: continuesParagraph) else { break }
            close(at: line.start, keeping: matched)
            containers.append(container)
            matched += 1
        }
        // A paragraph goes on lazily, even where its containers don't.
        if !leaf.isParagraph { close(at: line.start, keeping: matched) }
        continueParagraph(line)
    }

    private mutating func blank(_ line: MarkdownLine, _ matched: Int) { close(at: line.start, keeping: matched) }

    /// Opens a heading, fence, HTML or thematic break; the rest of the line belongs to it.
    private mutating func openLeaf(
        _ line: MarkdownLine, _ indent: MarkdownCursor.Indentation, _ matched: Int, _ continuesParagraph: Bool
    ) -> Bool {
        let start = indent.offset
        switch bytes[start] {
        case .number:
            guard let heading = hashHeading(line, start) else { return false }
            close(at: line.start, keeping: matched)
            add(heading)
            return true
        case .backtick, .tilde:
            guard let fence = fence(start, line.end) else { return false }
            close(at: line.start, keeping: matched)
            leaf = .fence(fence)
            return true
        case .less:
            let block = HTMLBlock(
                in: bytes, start..<line.end, interrupting: leaf.isParagraph, inert: isInert ? unclosed : nil)
            guard let block else { return false }
            close(at: line.start, keeping: matched)
            leaf = .html(block, start: line.start)
            if block.ends(in: bytes, start..<line.end) { close(at: line.next) }
            return true
        default: break
        }
        if continuesParagraph, let marker = underline(start, line.end) {
            underline(line, from: marker, level: bytes[start] == .equals ? 1 : 2)
            return true
        }
        guard isThematicBreak(start, line.end) else { return false }
        close(at: line.start, keeping: matched)
        return true
    }

    // MARK: Starts

    private func hashHeading(_ line: MarkdownLine, _ start: Int) -> Heading? {
        var index = start
        while index < line.end, bytes[index] == .number { index += 1 }
        let marker = start..<index
        guard marker.count <= 6, index == line.end || bytes[index].isBlank else { return nil }
        var title = bytes.trimmed(index..<line.end)
        // A closing run of `#`s needs a blank before it.
        var end = title.upperBound
        while end > title.lowerBound, bytes[end - 1] == .number { end -= 1 }
        if end == title.lowerBound {
            title = title.lowerBound..<title.lowerBound
        } else if bytes[end - 1].isBlank {
            title = bytes.trimmed(title.lowerBound..<end)
        }
        return Heading(
            level: marker.count, range: line.start..<line.next, title: title, marker: marker, isUnderlined: false)
    }

    private func fence(_ start: Int, _ end: Int) -> Fence? {
        var index = start
        while index < end, bytes[index] == bytes[start] { index += 1 }
        guard index - start >= 3 else { return nil }
        if bytes[start] == .backtick, bytes[index..<end].contains(.backtick) { return nil }
        return Fence(character: bytes[start], length: index - start)
    }

    private func underline(_ start: Int, _ end: Int) -> Range<Int>? {
        guard bytes[start] == .equals || bytes[start] == .hyphen else { return nil }
        var index = start
        while index < end, bytes[index] == bytes[start] { index += 1 }
        return bytes[index..<end].allSatisfy(\.isBlank) ? start..<index : nil
    }

    private func isThematicBreak(_ start: Int, _ end: Int) -> Bool {
        let character = bytes[start]
        guard [.hyphen, UInt8(ascii: "*"), UInt8(ascii: "_")].contains(character) else { return false }
        var count = 0
        for index in start..<end where !bytes[index].isBlank {
            guard bytes[index] == character else { return false }
            count += 1
        }
        return count >= 3
    }

    private func container(
        at indent: MarkdownCursor.Indentation, _ line: MarkdownLine, _ cursor: inout MarkdownCursor, interrupts: Bool
    ) -> Container? {
        guard containers.count < Self.maxDepth else { return nil }
        if bytes[indent.offset] == .greater {
            cursor.skip(indent)
            cursor.stepQuote(in: bytes)
            return Container(isQuote: true, width: 0)
        }
        guard let marker = itemMarker(indent.offset, line.end) else { return nil }
        var rest = cursor
        rest.skip(indent)
        rest.step(marker.length)
        let content = rest.indentation(in: bytes)
        let isEmpty = content.offset == line.end
        // What would be a number in a sentence starts no list (CommonMark 5.3).
        if interrupts, isEmpty || marker.number.map({ $0 != 1 }) == true { return nil }
        let blanks = isEmpty || content.columns > 4 ? 1 : content.columns
        rest.advance(columns: blanks, in: bytes)
        cursor = rest
        return Container(isQuote: false, width: indent.columns + marker.length + blanks, isEmpty: isEmpty)
    }

    private func itemMarker(_ start: Int, _ end: Int) -> (number: Int?, length: Int)? {
        var index = start
        var number: Int?
        if [.hyphen, UInt8(ascii: "*"), UInt8(ascii: "+")].contains(bytes[start]) {
            index += 1
        } else {
            var value = 0
            while index < end, bytes[index].isDigit, index - start < 9 {
                value = value * 10 + Int(bytes[index] - 0x30)
                index += 1
            }
            guard index > start, index < end, [UInt8(ascii: "."), .rightParenthesis].contains(bytes[index]) else {
                return nil
            }
            number = value
            index += 1
        }
        guard index == end || bytes[index].isBlank else { return nil }
        return (number, index - start)
    }
}
