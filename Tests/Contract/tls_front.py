"""See Sources/BatonTestKit/TLSFront.swift: PORT TARGET CERTIFICATE KEY; without a certificate it is a proxy."""
import select, socket, ssl, sys
port, target, certificate, key = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
context = None
if certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
listener = socket.create_server(("127.0.0.1", port))
while True:
    near, _ = listener.accept()
    try:
        if context:
            near = context.wrap_socket(near, server_side=True)
        else:
            head = b""
            while b"\r\n\r\n" not in head: head += near.recv(4096) or sys.exit()
            print(head.split(b"\r\n")[0].decode(), flush=True)
            near.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        far = socket.create_connection(("127.0.0.1", target))
        ends = {near: far, far: near}
        while ends:
            held = [end for end in ends if isinstance(end, ssl.SSLSocket) and end.pending()]
            for end in held or select.select(list(ends), [], [])[0]:
                data = end.recv(65536)
                if not data: ends = {}; break
                ends[end].sendall(data)
    except (OSError, SystemExit): pass
    finally:
        near.close()
