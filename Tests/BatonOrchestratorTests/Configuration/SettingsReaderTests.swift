import BatonOrchestrator
import Testing

@Suite struct SettingsReaderTests {
    private func read(_ flags: [String: String], environment: [String: String] = [:]) async throws
        -> OrchestratorSettings
    {
        try await OrchestratorSettings.read(flags: flags, environment: environment, file: nil)
    }

    @Test("Every bound can be set, a flag counts more than a variable, and what is not given has its default")
    func limits() async throws {
        let settings = try await read(
            ["max_runs": "5"],
            environment: [
                "BATON_MAX_RUNS": "6", "BATON_MAX_TASKS_OUT": "7", "BATON_MAX_TASKS_OUT_PER_RUN": "8",
                "BATON_MAX_ARTIFACTS_PER_RUN": "9", "BATON_MAX_ARTIFACT_BYTES": "10", "BATON_MAX_PAYLOAD_BYTES": "2048",
                "BATON_MAX_AGENTS": "11", "BATON_MAX_LOG_LINES": "12",
            ])
        #expect(settings.limits.openRuns == 5)
        #expect(settings.dispatch.maxOut == 7)
        #expect(settings.dispatch.maxOutPerRun == 8)
        #expect(settings.limits.artifactsPerRun == 9)
        #expect(settings.limits.artifactBytes == 10)
        #expect(settings.limits.payloadBytes == 2048)
        #expect(settings.limits.agents == 11)
        #expect(settings.limits.logLinesPerSender == 12)
        #expect(try await read([:]).limits.openRuns == OrchestratorLimits().openRuns)
    }

    @Test(
        "A bound that is none is refused with its name and what it may be", arguments: ["0", "-1", "many", "1e3", ""])
    func wrong(text: String) async throws {
        let error = await #expect(throws: SettingsError.self) { try await read(["max_runs": text]) }
        #expect(error?.message == "max_runs must be a number from 1 to 10000000, not \"\(text)\"")
    }

    @Test(
        "How long runs are kept is a number and a unit",
        arguments: [("45s", 45_000), ("90m", 5_400_000), ("12h", 43_200_000), ("30d", 2_592_000_000)])
    func keep(text: String, milliseconds: Int64) async throws {
        #expect(try await read(["keep": text]).keepMilliseconds == milliseconds)
    }

    @Test(
        "Without one they are kept for ever; what is no duration is refused", arguments: ["30", "d", "-1d", "0h", "1y"])
    func wrongKeep(text: String) async throws {
        #expect(try await read([:]).keepMilliseconds == nil)
        await #expect(throws: SettingsError.self) { try await read(["keep": text]) }
    }
}
