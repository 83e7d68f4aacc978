/// What the dashboard shows, each with a picture in every look: `BATON_WRITE_DOCS=1 make browser` takes them anew.
enum DashboardView: String, CaseIterable {
    case runs, run, plan, timeline, documents, handoffs, history, past
    case document, source, diff, agents, workflows, start, refused

    enum Look: String, CaseIterable {
        case light, dark, phone

        var browser: WebDriver.Look {
            switch self {
            case .light: .init()
            case .dark: .init(isDark: true)
            case .phone: .phone
            }
        }
    }

    /// Where its picture is, below the package.
    func picture(_ look: Look) -> String { "docs/images/dashboard/\(rawValue)-\(look).webp" }
}
