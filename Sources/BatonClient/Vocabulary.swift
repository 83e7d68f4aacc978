// A client speaks in messages and addresses of brokers: who imports it can name them.

@_exported import BatonMessages

@_exported import struct BatonMQTT.BrokerAddress
