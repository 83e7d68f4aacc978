import CMosquitto
import Glibc

extension MQTTError {
    /// From a return code of libmosquitto and the `errno` that stood beside it.
    static func library(_ code: Int32, errno number: Int32, while action: String) -> MQTTError {
        let text = String(cString: mosquitto_strerror(code))
        switch mosq_err_t(rawValue: code) {
        case MOSQ_ERR_INVAL, MOSQ_ERR_MALFORMED_UTF8, MOSQ_ERR_NOT_SUPPORTED, MOSQ_ERR_QOS_NOT_SUPPORTED,
            MOSQ_ERR_RETAIN_NOT_SUPPORTED:
            return MQTTError(.invalidArgument, "\(action): \(text)")
        case MOSQ_ERR_PAYLOAD_SIZE, MOSQ_ERR_OVERSIZE_PACKET:
            return MQTTError(.tooLarge, "\(action): \(text)")
        case MOSQ_ERR_TLS, MOSQ_ERR_TLS_HANDSHAKE, MOSQ_ERR_OCSP:
            return MQTTError(.tls, "\(action): \(text)")
        case MOSQ_ERR_NO_CONN:
            return MQTTError(.notConnected, "\(action): \(text)")
        case MOSQ_ERR_EAI, MOSQ_ERR_LOOKUP:
            return MQTTError(.cannotConnect, "\(action): the host name has no address")
        case MOSQ_ERR_ERRNO:
            return MQTTError(.connectionLost, "\(action): \(String(cString: strerror(number)))")
        case MOSQ_ERR_NOMEM:
            return MQTTError(.system, "\(action): \(text)")
        default:
            return MQTTError(.connectionLost, "\(action): \(text)")
        }
    }

    static func system(_ action: String, errno number: Int32) -> MQTTError {
        MQTTError(.system, "\(action): \(String(cString: strerror(number)))")
    }

    /// What a broker means by a reason code, in words.
    static func words(forReason reason: Int, version: Session.Version) -> String {
        switch version {
        case .v5: String(cString: mosquitto_reason_string(Int32(reason)))
        case .v311: String(cString: mosquitto_connack_string(Int32(reason)))
        }
    }
}
