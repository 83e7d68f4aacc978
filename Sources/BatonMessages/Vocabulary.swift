// The engine's values that stand in messages. Who imports the wire can name them without importing the engine.

@_exported import struct BatonEngine.ApprovalPolicy
@_exported import struct BatonEngine.ArtifactName
@_exported import struct BatonEngine.Attachment
@_exported import enum BatonEngine.AttemptOutcome
@_exported import struct BatonEngine.Decision
@_exported import struct BatonEngine.Digest
@_exported import struct BatonEngine.Handoff
@_exported import struct BatonEngine.Identifier
@_exported import enum BatonEngine.JSON
@_exported import struct BatonEngine.JSONWriter
@_exported import enum BatonEngine.Phase
@_exported import enum BatonEngine.Priority
@_exported import struct BatonEngine.Report
@_exported import struct BatonEngine.RunBudget
@_exported import struct BatonEngine.RunOptions
@_exported import enum BatonEngine.RunStatus
@_exported import enum BatonEngine.StepStatus
@_exported import struct BatonEngine.Timestamp
@_exported import struct BatonEngine.TraceParent
@_exported import struct BatonEngine.Usage
