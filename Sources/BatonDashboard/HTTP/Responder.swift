import BatonClient
import Hummingbird

/// Answers requests: who asks is looked at first, then what for.
struct Responder: HTTPResponder {
    /// Of a form, and of one that starts a run: its inputs may be whole documents.
    static let maxBodyBytes = 64 << 10
    static let maxStartBytes = 1 << 20

    let feed: Feed
    let frame: Frame
    let sheets = SheetCache()
    var gate: Gate { frame.gate }

    func respond(to request: Request, context: Visit) async throws -> Response {
        let channel = PatientChannel(channel: context.channel)
        let host = request.head.authority
        guard gate.knows(host: host) else {
            return Page.plain(
                "This server is not known under that name; start it with --name NAME.", status: .misdirectedRequest)
        }
        let isIn = await isIn(request, context)
        if request.uri.path.hasSuffix("/events") {
            // Not guarded as a whole: it lasts, and guards each of its writes.
            if !isIn { return Page.redirect(to: "/login") }
            return await events(request, through: channel)
        }
        let response: Response
        switch request.method {
        case .get, .head: response = await shown(request, isIn: isIn)
        case .post: response = await done(request, isIn: isIn)
        default: response = Page.plain("Only GET and POST are answered.", status: .methodNotAllowed)
        }
        return channel.guarding(request.method == .head ? response.createHeadResponse() : response)
    }

    /// Whether whoever asks may come in.
    private func isIn(_ request: Request, _ visit: Visit) async -> Bool {
        guard gate.needsLogin else { return true }
        return gate.isIn(
            cookies: request.headers[.cookie], authorization: request.headers[.authorization],
            hasCertificate: await visit.hasCertificate)
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

    private func shown(_ request: Request, isIn: Bool) async -> Response {
        switch request.uri.path {
        case "/style.css": return Page.asset(Style.text, type: "text/css; charset=utf-8")
        case "/app.js": return Page.asset(Script.text, type: "text/javascript; charset=utf-8")
        case "/icon.svg": return Page.asset(Script.icon, type: "image/svg+xml")
        case "/login":
            return !isIn ? Page.html(frame.login(wasWrong: false)) : Page.redirect(to: "/")
        default: break
        }
        if !isIn { return Page.redirect(to: "/login") }
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
        case ("", 1): return try await moving(await views.runs(), request)
        case ("agents", 1): return try await moving(await views.agents(), request)
        case ("start", 1) where !frame.isReadOnly: return Page.html(try await views.workflows())
        case ("start", 2) where !frame.isReadOnly:
            let workflow = try await Deeds(feed: feed).workflow(parts[1])
            return Page.html(await views.start(StartForm(workflow: workflow)))
        case ("runs", 2):
            let at = fields["at"].flatMap { Int($0) }
            return try await moving(
                await views.run(try run(parts[1]), at: at, notice: fields["done"]), request)
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

    /// The whole page; for the script, which says what it has, only what has changed.
    private func moving(_ page: Views.Moving, _ request: Request) async throws(ClientError) -> Response {
        // In which the script says which parts it has.
        guard let known = request.headers[.init("Baton-Parts")!] else {
            return Page.html(frame.page(try await page.make()))
        }
        let sheet: Sheet
        if let version = page.version {
            sheet = try await sheets.sheet(page.path, version: version, make: page.make)
        } else {
            sheet = try await page.make()
        }
        return Page.html(frame.changes(sheet, since: Sheet.known(known)))
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
            case .refused(.notAllowed): (.forbidden, "Not allowed")
            case .refused, .invalidArgument, .ambiguous: (.conflict, "That was refused")
            default: (.internalServerError, "That did not work")
            }
        return Page.html(frame.failure(title, error.message, back: back), status: status)
    }

    // MARK: Doing

    /// A form: only one that this process wrote, sent by a page of this server.
    private func done(_ request: Request, isIn: Bool) async -> Response {
        guard
            gate.isSameOrigin(
                origin: request.headers[.origin], site: request.headers[.init("Sec-Fetch-Site")!],
                host: request.head.authority)
        else { return Page.plain("This request comes from another page.", status: .forbidden) }
        guard request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true else {
            return Page.plain("Only forms are taken.", status: .unsupportedMediaType)
        }
        let parts = request.uri.path.split(separator: "/").map { Address.text($0) ?? "" }
        // Whoever has not come in yet sends little.
        let isStart = parts.count == 2 && parts[0] == "start" && isIn
        let limit = isStart ? Self.maxStartBytes : Self.maxBodyBytes
        guard let body = try? await request.body.collect(upTo: limit) else {
            return Page.plain("The form is too large.", status: .contentTooLarge)
        }
        let fields = Address.fields(String(buffer: body))
        guard gate.isOwn(formKey: fields[Gate.formField]) else {
            return Page.html(
                frame.failure("That form is old", "The dashboard was started anew; load the page again."),
                status: .forbidden)
        }
        if parts == ["login"] { return await login(fields) }
        if !isIn { return Page.redirect(to: "/login") }
        guard !frame.isReadOnly else { return Page.plain("This dashboard only shows.", status: .forbidden) }
        if parts.count == 2, parts[0] == "start" { return await started(parts[1], fields) }
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

    private func started(_ workflow: String, _ fields: [String: String]) async -> Response {
        let deeds = Deeds(feed: feed)
        let form: StartForm
        do throws(ClientError) {
            form = StartForm(workflow: try await deeds.workflow(workflow), texts: fields)
        } catch {
            return failure(error, back: "/start")
        }
        switch await deeds.start(form) {
        case .started(let run): return Page.redirect(to: "\(Address.run(run.description))?done=started")
        case .refused(let faults, let requestID):
            let page = await Views(feed: feed, frame: frame).start(form, requestID: requestID, faults: faults)
            return Page.html(page, status: .unprocessableContent)
        }
    }

    private func login(_ fields: [String: String]) async -> Response {
        guard gate.takes(token: fields["token"]) else {
            // Whoever guesses has to be patient.
            try? await Task.sleep(for: .milliseconds(500))
            return Page.html(frame.login(wasWrong: true), status: .forbidden)
        }
        return Page.redirect(to: "/", cookie: gate.sessionCookie)
    }
}
