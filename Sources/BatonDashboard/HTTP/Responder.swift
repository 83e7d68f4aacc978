import BatonClient
import Hummingbird

/// Answers requests: who asks is looked at first, then what for.
struct Responder: HTTPResponder {
    /// Of a form.
    static let maxBodyBytes = 64 << 10

    let feed: Feed
    let frame: Frame
    var gate: Gate { frame.gate }

    func respond(to request: Request, context: Visit) async throws -> Response {
        let channel = PatientChannel(channel: context.channel)
        let host = request.head.authority
        guard gate.knows(host: host) else {
            return Page.plain(
                "This server is not known under that name; start it with --name NAME.", status: .misdirectedRequest)
        }
        if request.uri.path.hasSuffix("/events") {
            // Not guarded as a whole: it lasts, and guards each of its writes.
            if let refusal = refusal(request) { return refusal }
            return await events(request, through: channel)
        }
        let response: Response
        switch request.method {
        case .get, .head: response = await shown(request)
        case .post: response = await done(request)
        default: response = Page.plain("Only GET and POST are answered.", status: .methodNotAllowed)
        }
        return channel.guarding(request.method == .head ? response.createHeadResponse() : response)
    }

    /// nil when whoever asks may come in.
    private func refusal(_ request: Request) -> Response? {
        let isIn = gate.isIn(cookies: request.headers[.cookie], authorization: request.headers[.authorization])
        return isIn ? nil : Page.redirect(to: "/login")
    }

    private func events(_ request: Request, through channel: PatientChannel) async -> Response {
        var parts = request.uri.path.split(separator: "/")
        parts.removeLast()
        let run = parts.count == 2 && parts[0] == "runs" ? Identifier(String(parts[1])) : nil
        guard request.method == .get, parts.isEmpty || run != nil else {
            return Page.plain("There is no such stream.", status: .notFound)
        }
        guard let signs = await feed.listen(to: run) else {
            return Page.plain("Too many browsers are watching.", status: .serviceUnavailable)
        }
        return EventStream(signs: signs).response(through: channel)
    }

    // MARK: Reading

    private func shown(_ request: Request) async -> Response {
        switch request.uri.path {
        case "/style.css": return Page.asset(Style.text, type: "text/css; charset=utf-8")
        case "/app.js": return Page.asset(Script.text, type: "text/javascript; charset=utf-8")
        case "/icon.svg": return Page.asset(Script.icon, type: "image/svg+xml")
        case "/login":
            return gate.needsLogin ? Page.html(frame.login(wasWrong: false)) : Page.redirect(to: "/")
        default: break
        }
        if let refusal = refusal(request) { return refusal }
        do throws(ClientError) {
            return try await page(request)
        } catch {
            return failure(error)
        }
    }

    private func page(_ request: Request) async throws(ClientError) -> Response {
        let parts = request.uri.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            .map { Address.text($0) ?? "" }
        let fields = Address.fields(request.uri.query ?? "")
        let views = Views(feed: feed, frame: frame)
        switch (parts.first, parts.count) {
        case ("", 1): return Page.html(await views.runs())
        case ("agents", 1): return Page.html(try await views.agents())
        case ("runs", 2): return Page.html(try await views.run(try run(parts[1]), notice: fields["done"]))
        case ("runs", 4) where parts[2] == "documents":
            let version = fields["version"].flatMap { Int($0) }
            let isSource = fields["view"] == "source"
            return Page.html(try await views.document(parts[3], version, of: try run(parts[1]), isSource: isSource))
        case ("runs", 5) where parts[2] == "documents" && parts[4] == "diff":
            let (old, new) = (fields["from"].flatMap { Int($0) }, fields["to"].flatMap { Int($0) })
            return Page.html(try await views.difference(of: parts[3], old, new, in: try run(parts[1])))
        default: return Page.html(frame.failure("Not found", "There is no such page."), status: .notFound)
        }
    }

    private func run(_ text: String) throws(ClientError) -> Identifier {
        guard let run = Identifier(text) else { throw ClientError(.notFound, "that is not the id of a run") }
        return run
    }

    private func failure(_ error: ClientError, back: String = "/") -> Response {
        let (status, title): (HTTPResponse.Status, String) =
            switch error.code {
            case .notFound: (.notFound, "Not found")
            case .brokerUnreachable, .brokerRefused, .noOrchestrator, .noReply, .stopped:
                (.serviceUnavailable, "Nobody answers")
            case .refused, .invalidArgument, .ambiguous: (.conflict, "That was refused")
            default: (.internalServerError, "That did not work")
            }
        return Page.html(frame.failure(title, error.message, back: back), status: status)
    }

    // MARK: Doing

    /// A form: only one that this process wrote, sent by a page of this server.
    private func done(_ request: Request) async -> Response {
        guard
            gate.isSameOrigin(
                origin: request.headers[.origin], site: request.headers[.init("Sec-Fetch-Site")!],
                host: request.head.authority)
        else { return Page.plain("This request comes from another page.", status: .forbidden) }
        guard request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true else {
            return Page.plain("Only forms are taken.", status: .unsupportedMediaType)
        }
        guard let body = try? await request.body.collect(upTo: Self.maxBodyBytes) else {
            return Page.plain("The form is too large.", status: .contentTooLarge)
        }
        let fields = Address.fields(String(buffer: body))
        guard gate.isOwn(formKey: fields[Gate.formField]) else {
            return Page.html(
                frame.failure("That form is old", "The dashboard was started anew; load the page again."),
                status: .forbidden)
        }
        let parts = request.uri.path.split(separator: "/").map(String.init)
        if parts == ["login"] { return await login(fields) }
        if let refusal = refusal(request) { return refusal }
        guard !frame.isReadOnly else { return Page.plain("This dashboard only shows.", status: .forbidden) }
        guard parts.count == 3, parts[0] == "runs", let run = Identifier(parts[1]) else {
            return Page.plain("There is no such form.", status: .notFound)
        }
        let path = Address.run(run.description)
        let deeds = Deeds(feed: feed)
        do throws(ClientError) {
            switch parts[2] {
            case "answers": return Page.redirect(to: "\(path)?done=\(try await deeds.answer(fields, run))")
            case "control": return Page.redirect(to: "\(path)?done=\(try await deeds.steer(fields, run))")
            default: return Page.plain("There is no such form.", status: .notFound)
            }
        } catch {
            return failure(error, back: path)
        }
    }

    private func login(_ fields: [String: String]) async -> Response {
        guard gate.takes(token: fields["token"]) else {
            // Whoever guesses has to be patient.
            try? await Task.sleep(for: .milliseconds(500))
            return Page.html(frame.login(wasWrong: true), status: .forbidden)
        }
        return Page.redirect(
            to: "/", cookie: "\(Gate.cookie)=\(gate.session); Path=/; HttpOnly; SameSite=Strict")
    }
}
