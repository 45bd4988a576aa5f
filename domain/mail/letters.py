"""The letters themselves, in Russian and English: plain functions from facts to words."""

from datetime import datetime
from typing import Final

from domain.mail.layout import Footnote, Letter, lay_out


def confirm_address(language: str, *, name: str, shop: str, link: str) -> Letter:
    """To who has opened a first shop: confirm the address, with the password chosen then."""
    if language == "ru":
        return lay_out(
            f"Подтвердите адрес — и «{shop}» ваш",
            f"Здравствуйте, {name}!",
            f"Вы открыли магазин «{shop}». Осталось подтвердить адрес почты: перейдите по ссылке "
            "и введите пароль, который придумали при регистрации.",
            ("Подтвердить адрес", link),
            "Ссылка действует неделю. Если вы ничего не открывали, просто не отвечайте: без "
            "вашего подтверждения в магазин от вашего имени никто не войдёт.",
        )
    return lay_out(
        f"Confirm your address and “{shop}” is yours",
        f"Hello, {name}!",
        f"You have opened the shop “{shop}”. One step is left: follow the link and enter the "
        "password that you chose.",
        ("Confirm the address", link),
        "The link works for a week. If you have opened nothing, there is nothing to do: without "
        "your confirmation nobody can enter in your name.",
    )


def account_exists(language: str, *, name: str, shop: str, link: str) -> Letter:
    """To who has an account already, when somebody opened a shop with the address."""
    if language == "ru":
        return lay_out(
            f"У вас уже есть учётная запись — добавить «{shop}»?",
            f"Здравствуйте, {name}!",
            f"Кто-то (возможно, вы) открыл магазин «{shop}» и указал этот адрес, а учётная запись "
            "с ним уже есть. Если это были вы, перейдите по ссылке и введите свой обычный пароль "
            "— магазин появится рядом с остальными.",
            ("Добавить магазин", link),
            "Ссылка действует неделю. Если это были не вы, ничего делать не нужно: к вашей "
            "учётной записи ничего не добавлено, пароль не изменился.",
        )
    return lay_out(
        f"You have an account already: add “{shop}”?",
        f"Hello, {name}!",
        f"Somebody, perhaps you, opened the shop “{shop}” with this address, which has an account "
        "already. If it was you, follow the link and enter your usual password; the shop will "
        "stand beside your others.",
        ("Add the shop", link),
        "The link works for a week. If it was not you, there is nothing to do: nothing was added "
        "to your account, and your password is as it was.",
    )


def shop_opened(language: str, *, name: str, shop: str, link: str) -> Letter:
    """To who opened one more shop and gave the right password."""
    if language == "ru":
        return lay_out(
            f"Магазин «{shop}» открыт",
            f"Здравствуйте, {name}!",
            f"Магазин «{shop}» добавлен к вашей учётной записи. Войти можно с обычным паролем.",
            ("Войти", link),
            "Если вы его не открывали, смените пароль: кто-то его знает.",
        )
    return lay_out(
        f"The shop “{shop}” is open",
        f"Hello, {name}!",
        f"The shop “{shop}” was added to your account. Sign in with your usual password.",
        ("Sign in", link),
        "If you did not open it, change your password: somebody knows it.",
    )


def invitation(language: str, *, inviter: str | None, shop: str, role: str, link: str) -> Letter:
    """To who was invited to work at a shop."""
    if language == "ru":
        who = f"{inviter} приглашает вас" if inviter else "Вас приглашают"
        return lay_out(
            f"Приглашение в «{shop}»",
            "Здравствуйте!",
            f"{who} работать в магазине «{shop}». Роль: {role}.",
            ("Принять приглашение", link),
            "Ссылка действует неделю. Если вы не знаете этого магазина, просто не отвечайте.",
        )
    who = f"{inviter} invites you" if inviter else "You are invited"
    return lay_out(
        f"An invitation to “{shop}”",
        "Hello!",
        f"{who} to work at the shop “{shop}”. Your role: {role}.",
        ("Accept the invitation", link),
        "The link works for a week. If you do not know this shop, there is nothing to do.",
    )


def password_reset(language: str, *, name: str, link: str) -> Letter:
    """To who asked for a new password."""
    if language == "ru":
        return lay_out(
            "Новый пароль",
            f"Здравствуйте, {name}!",
            "Вы попросили сменить пароль. Перейдите по ссылке и придумайте новый.",
            ("Задать пароль", link),
            "Ссылка действует час и только один раз. Если вы об этом не просили, прежний пароль "
            "остаётся в силе.",
        )
    return lay_out(
        "A new password",
        f"Hello, {name}!",
        "You asked for a new password. Follow the link and choose one.",
        ("Set the password", link),
        "The link works for an hour, and once. If you did not ask for it, your password stays as "
        "it is.",
    )


def new_sign_in(
    language: str, *, name: str, shop: str, at: datetime, address: str | None, device: str | None
) -> Letter:
    """To who signed in from where he had not been seen before."""
    when = f"{at:%d.%m.%Y %H:%M} UTC" if language == "ru" else f"{at:%Y-%m-%d %H:%M} UTC"
    if language == "ru":
        return lay_out(
            f"Новый вход в «{shop}»",
            f"Здравствуйте, {name}!",
            f"В магазин «{shop}» вошли под вашим именем с нового места.",
            f"Время: {when}. Адрес: {address or 'неизвестен'}. "
            f"Устройство: {device or 'неизвестно'}.",
            "Если это были вы, всё в порядке. Если нет, смените пароль: остальные сеансы при "
            "этом завершатся.",
        )
    return lay_out(
        f"A new sign-in to “{shop}”",
        f"Hello, {name}!",
        f"Somebody signed in to the shop “{shop}” under your name, from a new place.",
        f"Time: {when}. Address: {address or 'unknown'}. Device: {device or 'unknown'}.",
        "If it was you, all is well. If not, change your password: all other sessions end with it.",
    )


def back_in_stock(
    language: str, *, shop: str, title: str, link: str | None, unsubscribe: str
) -> Letter:
    """To a buyer who asked to be told when something can be had again."""
    if language == "ru":
        return lay_out(
            f"Снова в продаже: {title}",
            "Здравствуйте!",
            f"Вы просили сообщить, когда появится «{title}». Теперь это снова можно купить в "
            f"магазине «{shop}».",
            *([("Перейти в магазин", link)] if link else []),
            "Мы не откладываем товар: его может купить и кто-то другой.",
            Footnote("Не сообщать мне больше о товарах этого магазина", unsubscribe),
        )
    return lay_out(
        f"Back in stock: {title}",
        "Hello!",
        f"You asked to be told when “{title}” is back. It can be had again at the shop “{shop}”.",
        *([("Go to the shop", link)] if link else []),
        "Nothing is kept aside: somebody else may buy it.",
        Footnote("Tell me no more of goods of this shop", unsubscribe),
    )


def customer_code(language: str, *, shop: str, code: str) -> Letter:
    """To a buyer who wants to sign in at a shop's window, or to open an account there."""
    if language == "ru":
        return lay_out(
            f"{code} — код для входа в «{shop}»",
            "Здравствуйте!",
            f"Ваш код для входа в магазин «{shop}»: {code}",
            "Код действует 15 минут и только один раз. Никому его не сообщайте. Если вы ничего не "
            "запрашивали, просто не отвечайте: без кода никто не войдёт.",
            short=f"{code} — код для входа в «{shop}». Никому его не сообщайте.",
        )
    return lay_out(
        f"{code} is your code for “{shop}”",
        "Hello!",
        f"Your code to sign in to the shop “{shop}”: {code}",
        "The code works for 15 minutes, and once. Tell it to nobody. If you did not ask for it, "
        "there is nothing to do: without the code nobody can enter.",
        short=f"{code} is your code for “{shop}”. Tell it to nobody.",
    )


_CHANGES: Final = {
    "password_changed": (
        "Пароль изменён",
        "Пароль вашей учётной записи изменён, остальные сеансы завершены.",
        "Your password was changed",
        "The password of your account was changed, and your other sessions have ended.",
    ),
    "second_factor_on": (
        "Второй фактор включён",
        "Теперь при входе нужен код из приложения. Сохраните резервные коды: они пригодятся, если "
        "телефон потеряется.",
        "The second factor is on",
        "From now on signing in takes a code from your app. Keep your recovery codes: they help "
        "when the phone is lost.",
    ),
    "second_factor_off": (
        "Второй фактор отключён",
        "Для входа снова достаточно одного пароля.",
        "The second factor is off",
        "Signing in takes the password alone again.",
    ),
    "recovery_code_used": (
        "Использован резервный код",
        "В вашу учётную запись вошли с резервным кодом. Этот код больше не действует.",
        "A recovery code was used",
        "Somebody signed in to your account with a recovery code. That code no longer works.",
    ),
}
CHANGES: Final = frozenset(_CHANGES)


def account_changed(language: str, *, name: str, what: str) -> Letter:
    """To whose way of signing in has changed; `what` is one of CHANGES."""
    ru_subject, ru, en_subject, en = _CHANGES[what]
    if language == "ru":
        end = "Если это были не вы, немедленно задайте новый пароль."
        return lay_out(ru_subject, f"Здравствуйте, {name}!", ru, end)
    end = "If it was not you, set a new password at once."
    return lay_out(en_subject, f"Hello, {name}!", en, end)
