/// Reads the members of a JSON object and notes every fault on the way, so that a sender learns all of them at once.
///
/// A reader of a member that is missing or wrong notes the fault and returns a stand-in; ``check()`` throws when
/// anything was noted. Members that nobody reads are ignored. A member that is `null` counts as missing.
public struct Fields: Sendable {
    let json: JSON
    let faults: Faults

    /// Parses a payload.
    init(_ payload: [UInt8], maxBytes: Int) throws(WireFault) {
        guard payload.count <= maxBytes else {
            throw WireFault(
                reasons: ["the payload has \(payload.count) bytes; at most \(maxBytes) are taken"], code: .tooLarge)
        }
        let json: JSON
        do { json = try JSON.parse(payload) } catch {
            throw WireFault(reasons: ["the payload is not JSON: \(error)"])
        }
        guard case .object = json else {
            throw WireFault(reasons: ["the payload must be an object, not \(json.kind)"])
        }
        self.init(json, Faults())
    }

    init(_ json: JSON, _ faults: Faults) {
        self.json = json
        self.faults = faults
    }

    /// Throws when any fault was noted, with the ids by which the message's sender can be answered.
    func check() throws(WireFault) {
        guard !faults.reasons.isEmpty else { return }
        let requestID = json["request_id"]?.string
        throw WireFault(
            reasons: faults.reasons, code: faults.code, task: json["task"]?.string.flatMap { Identifier($0) },
            lease: json["lease"]?.string.flatMap { Identifier($0) },
            requestID: requestID.flatMap { Request.isID($0) ? $0 : nil })
    }

    /// The member; nil when it is missing or null.
    func value(_ name: String) -> JSON? {
        guard case .object(let members) = json else { return nil }
        // Members are mostly written in the order in which they are read.
        let next = faults.nextMember
        let isNext = next < members.count && members.keys[next] == name
        guard let place = isNext ? next : members.index(forKey: name) else { return nil }
        faults.nextMember = place + 1
        let value = members.values[place]
        if case .null = value { return nil }
        return value
    }

    func fault(_ reason: @autoclosure () -> String) { faults.add(reason()) }

    func missing(_ name: String) { faults.add("\(name) is missing") }

    func wrong(_ name: String, _ expected: String, _ value: JSON) {
        faults.add("\(name) must be \(expected), not \(value.kind)")
    }
}

/// The faults found so far in one message.
///
/// A class, so that the readers of nested objects note theirs in the same list. One decode has it, on one thread.
final class Faults: @unchecked Sendable {
    private(set) var reasons: [String] = []
    var code = ErrorCode.invalidRequest
    /// Behind the member that was read last, of whatever object.
    var nextMember = 0

    var count: Int { reasons.count }

    func add(_ reason: String) {
        if reasons.count < WireLimits.reasonsPerFault {
            reasons.append(reason)
        } else if reasons.count == WireLimits.reasonsPerFault {
            reasons.append("and more")
        }
    }

    /// Puts the place in front of the faults that were added since there were `start`.
    func locate(since start: Int, _ place: @autoclosure () -> String) {
        guard start < reasons.count else { return }
        let place = place()
        for index in start..<reasons.count where index < WireLimits.reasonsPerFault {
            reasons[index] = place + reasons[index]
        }
    }
}
