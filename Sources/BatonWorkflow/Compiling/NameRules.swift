import BatonEngine

/// Documents whose names one file system takes for the same: an export could not write both.
enum NameRules {
    static func check(_ steps: [StepDefinition], findings: Findings) {
        var known: [String: ArtifactName] = [:]
        for product in steps.flatMap(\.creates) {
            let name = ArtifactName.folded(product.name.text)
            guard let other = known[name], other != product.name else {
                known[name] = product.name
                continue
            }
            findings.error(
                "the artifact name \"\(product.name.text.clipped)\" differs from \"\(other.text.clipped)\" in its case "
                    + "alone", at: product)
        }
    }
}
