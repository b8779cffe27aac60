//! Which language a person wants.

/// A language the catalogues have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Russian.
    Russian,
}

impl Language {
    /// Every language there is.
    pub const ALL: [Self; 2] = [Self::English, Self::Russian];

    /// The primary subtag (RFC 5646): `en`, `ru`.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
        }
    }

    /// The language of a tag or locale: `ru`, `ru-RU`, `ru_RU.UTF-8`. `None` if we do not speak
    /// it, and for `C` and `POSIX`, which name no language.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or("");
        Self::ALL
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.code()))
    }

    /// The language a browser prefers (Accept-Language, RFC 9110 §12.5.4); English if it
    /// prefers none of ours.
    pub fn accepted(field: Option<&[u8]>) -> Self {
        let field = field
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or("");
        let mut best = (0, Self::English);
        for item in field.split(',').take(ITEMS_MAX) {
            let mut parts = item.split(';');
            let tag = parts.next().unwrap_or("").trim();
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1000, weight);
            if let Some(language) = Self::of_tag(tag)
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }
}

/// Languages looked at in one field. Reason: browsers send up to ten; more is somebody playing.
const ITEMS_MAX: usize = 32;

/// A quality value in thousandths; what cannot be read counts as unwanted.
fn weight(text: &str) -> u32 {
    match text.trim().parse::<f32>() {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 1000"
        )]
        Ok(quality) if (0.0..=1.0).contains(&quality) => (quality * 1000.0) as u32,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_a_language_or_none() {
        for (locale, language) in [
            ("ru_RU.UTF-8", Some(Language::Russian)),
            ("ru", Some(Language::Russian)),
            ("en_GB", Some(Language::English)),
            ("EN-us", Some(Language::English)),
            ("C.UTF-8", None),
            ("POSIX", None),
            ("", None),
            ("russian", None),
        ] {
            assert_eq!(Language::of_tag(locale), language, "{locale}");
        }
    }

    #[test]
    fn a_browser_gets_the_language_it_likes_best() {
        for (field, language) in [
            (&b"ru,en;q=0.8"[..], Language::Russian),
            (b"en;q=0.5, ru;q=0.9", Language::Russian),
            (b"de, ru;q=0", Language::English),
            (b"ru;q=0.5;x=1, en-US", Language::English),
            (b"\xff", Language::English),
            (b"", Language::English),
        ] {
            assert_eq!(Language::accepted(Some(field)), language, "{field:?}");
        }
        assert_eq!(Language::accepted(None), Language::English);
    }
}
