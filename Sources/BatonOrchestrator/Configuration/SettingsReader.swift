import BatonEngine
import BatonMQTT
import BatonMessages
import Foundation

extension OrchestratorSettings {
    /// Reads the settings: flags over the environment (`BATON_…`) over a JSON file over the defaults.
    ///
    /// - Parameters: as for ``SettingValues``.
    public static func read(
        flags: [String: String], environment: [String: String] = ProcessInfo.processInfo.environment, file: String?
    ) async throws -> OrchestratorSettings {
        let values = try SettingValues(flags: flags, environment: environment, file: file)
        var settings = OrchestratorSettings()
        do throws(MQTTError) {
            settings.broker = try BrokerAccess { values[$0] }
        } catch {
            throw SettingsError(message: error.cause)
        }
        settings.isBrokerGiven = values[.broker] != nil
        settings.embeddedPort = try values.number(.port) ?? settings.embeddedPort
        settings.namespace = values[.namespace] ?? settings.namespace
        guard Topics.isName(settings.namespace) else {
            throw SettingsError(
                message: "namespace must be 1–128 letters, digits, hyphens and underscores, not "
                    + "\"\(settings.namespace.prefix(64))\"")
        }
        settings.databasePath = values[.database] ?? settings.databasePath
        settings.libraryPath = values[.library]
        settings.libraryPollMilliseconds = try values.number(.libraryPoll) ?? 1000
        settings.team = values[.team]
        settings.accessPath = values[.access]
        settings.brokerLogPath = values[.brokerLog]
        settings.metrics = try values.listener(.metrics)
        settings.dashboard = try values.listener(.dashboard)
        settings.tracePath = values[.traceFile]
        settings.keepMilliseconds = try values.duration(.keep)
        try settings.dispatch.read(values)
        try settings.limits.read(values)
        return settings
    }
}

extension DispatchSettings {
    fileprivate mutating func read(_ values: SettingValues) throws(SettingsError) {
        leaseMilliseconds = try values.number(.lease).map(Int64.init) ?? leaseMilliseconds
        claimMilliseconds = try values.number(.claim).map(Int64.init) ?? claimMilliseconds
        willGraceMilliseconds = try values.number(.willGrace).map(Int64.init) ?? willGraceMilliseconds
        maxOut = try values.number(.maxTasksOut) ?? maxOut
        maxOutPerRun = try values.number(.maxTasksOutPerRun) ?? maxOutPerRun
    }
}

extension OrchestratorLimits {
    fileprivate mutating func read(_ values: SettingValues) throws(SettingsError) {
        openRuns = try values.number(.maxRuns) ?? openRuns
        payloadBytes = try values.number(.maxPayload) ?? payloadBytes
        artifactsPerRun = try values.number(.maxArtifacts) ?? artifactsPerRun
        artifactBytes = try values.number(.maxArtifact) ?? artifactBytes
        largeBytesPerRun = try values.number(.maxLargeBytes) ?? largeBytesPerRun
        agents = try values.number(.maxAgents) ?? agents
        logLinesPerSender = try values.number(.maxLogLines) ?? logLinesPerSender
    }
}
