// What a handler and a configuration are written with, so that `import BatonAgent` is enough for an agent.

@_exported import struct BatonMQTT.BrokerAddress
@_exported import struct BatonMessages.ArtifactDocument
@_exported import struct BatonMessages.ArtifactName
@_exported import struct BatonMessages.Attachment
@_exported import struct BatonMessages.CommandArtifact
@_exported import struct BatonMessages.CommandProduct
@_exported import struct BatonMessages.Digest
@_exported import struct BatonMessages.Handoff
@_exported import struct BatonMessages.Identifier
@_exported import enum BatonMessages.JSON
@_exported import struct BatonMessages.Report
@_exported import struct BatonMessages.TaskCommand
@_exported import struct BatonMessages.TaskError
