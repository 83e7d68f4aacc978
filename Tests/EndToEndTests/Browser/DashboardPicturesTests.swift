import Foundation
import Testing

@Suite struct DashboardPicturesTests {
    @Test("The gallery shows every view in every look", arguments: DashboardView.allCases)
    func gallery(view: DashboardView) throws {
        let page = try String(
            contentsOf: Workspace.package.appending(path: "docs/dashboard-views.md"), encoding: .utf8)
        for look in DashboardView.Look.allCases {
            let picture = view.picture(look)
            #expect(FileManager.default.fileExists(atPath: Workspace.package.appending(path: picture).path))
            #expect(page.contains("(\(picture.dropFirst("docs/".count)))"), "\(picture)")
        }
    }
}
