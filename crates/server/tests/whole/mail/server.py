"""A mail server for tests: aiosmtpd, a process of its own, which keeps what it takes in a folder.

Usage: server.py FOLDER MODE [CERTIFICATE KEY]

MODE is plain, starttls or implicit. The port that it took is the first line that it prints. Addresses decide what happens:
unknown@… is refused for good, later@… once for a while, relay@… for reasons of policy; busy@… at the end of the mail.
Whoever sent a mail to silent@… hears no answer to the farewell. Nobody sends as wrong@….
With USER and PASSWORD in the environment it takes nothing from whoever does not log in.
"""

import asyncio
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

FOLDER, MODE = sys.argv[1:3]
USER, PASSWORD = os.environ.get("MAIL_TEST_USER"), os.environ.get("MAIL_TEST_PASSWORD")


class Keeper:
    def __init__(self):
        self.count = 0
        self.put_off = set()
        self.silent = False

    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith("wrong@"):
            return f"550 5.1.8 <{address}>: no such sender here"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0].lower()
        if name == "unknown":
            return f"550 5.1.1 <{address}>: no such person here"
        if name == "relay":
            return "554 5.7.1 relay access denied"
        if name == "later" and address not in self.put_off:
            self.put_off.add(address)
            return "451 4.7.1 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if any(to.startswith("busy@") for to in envelope.rcpt_tos):
            return "554 5.6.0 the content is not welcome"
        self.count += 1
        secret = "tls" if server.transport.get_extra_info("cipher") else "open"
        user = session.auth_data or b"-"
        head = f"FROM {envelope.mail_from}\nTO {' '.join(envelope.rcpt_tos)}\nHELLO {session.host_name}\n"
        head += f"WAY {secret}\nUSER {user.decode() if isinstance(user, bytes) else user}\n\n"
        part = os.path.join(FOLDER, f"{self.count:04}.part")
        with open(part, "wb") as file:
            file.write(head.encode() + envelope.content)
        os.rename(part, os.path.join(FOLDER, f"{self.count:04}.mail"))
        self.silent = any(to.startswith("silent@") for to in envelope.rcpt_tos)
        return "250 2.0.0 taken"

    async def handle_QUIT(self, server, session, envelope):
        if self.silent:
            await asyncio.sleep(3600)
        return "221 Bye"


def knows(server, session, envelope, mechanism, data):
    right = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
    return AuthResult(success=right, handled=False, auth_data=data.login)


async def main():
    keeper = Keeper()
    context = None
    if MODE != "plain":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*sys.argv[3:5])

    def conversation():
        return SMTP(
            keeper,
            hostname="mail.localhost",
            enable_SMTPUTF8=False,
            tls_context=context if MODE == "starttls" else None,
            require_starttls=MODE == "starttls",
            authenticator=knows if USER else None,
            auth_required=bool(USER),
            auth_require_tls=MODE == "starttls",
        )

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        conversation, "127.0.0.1", 0, ssl=context if MODE == "implicit" else None
    )
    print(listening.sockets[0].getsockname()[1], flush=True)
    # The test holds the other end; when it is gone, so is this process.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
