"""A Mailer that keeps its letters, and can be told to fail."""

from dataclasses import dataclass, field

from domain.mail.ports import Message


@dataclass
class KeptMail:
    letters: list[Message] = field(default_factory=list)
    fails_with: Exception | None = None

    async def send(self, message: Message) -> None:
        if self.fails_with:
            raise self.fails_with
        self.letters.append(message)

    def to(self, address: str) -> list[Message]:
        return [letter for letter in self.letters if letter.to == address]
