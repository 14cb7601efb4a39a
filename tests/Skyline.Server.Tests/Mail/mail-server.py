"""A real mail server that keeps nothing: it prints what it takes, a JSON document a line. mail-server.py PORT CERTIFICATE KEY"""
import asyncio, json, logging, ssl, sys, warnings
from aiosmtpd.smtp import SMTP, AuthResult

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
port, certificate, key = int(sys.argv[1]), sys.argv[2], sys.argv[3]
tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
tls.load_cert_chain(certificate, key)
known = set()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 There is nobody of that name here"
        if address.startswith("grey") and address not in known:
            known.add(address)
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "text": envelope.content.decode("utf-8", "replace"), "tls": session.ssl is not None}), flush=True)
        return "250 Taken"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"skyline" and data.password == b"letmein")


async def main():
    serve = lambda: SMTP(Handler(), hostname="mail.test", tls_context=tls, require_starttls=True, auth_required=True, auth_require_tls=True, authenticator=authenticate, loop=asyncio.get_running_loop())
    server = await asyncio.get_running_loop().create_server(serve, "127.0.0.1", port)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


asyncio.run(main())
