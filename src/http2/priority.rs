//! What a client wants first: the field `priority` (RFC 9218).

/// How soon an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Priority {
    /// From 0, the most urgent, to 7.
    pub(super) urgency: u8,
    /// Whether each part is of use by itself; unknown where the client does not tell.
    pub(super) incremental: Option<bool>,
}

impl Default for Priority {
    /// RFC 9218 §4.1: urgency 3.
    fn default() -> Self {
        Self {
            urgency: 3,
            incremental: None,
        }
    }
}

impl Priority {
    /// Reads the field. What is not understood is as if it were not there (RFC 9218 §4).
    pub(super) fn read(value: &[u8]) -> Self {
        let mut priority = Self {
            incremental: Some(false),
            ..Self::default()
        };
        for member in value.split(|byte| *byte == b',') {
            // Parameters of a member mean nothing here.
            let member = member.split(|byte| *byte == b';').next();
            match member.unwrap_or_default().trim_ascii() {
                [b'u', b'=', digit @ b'0'..=b'7'] => priority.urgency = digit - b'0',
                b"i" | b"i=?1" => priority.incremental = Some(true),
                b"i=?0" => priority.incremental = Some(false),
                _ => {}
            }
        }
        priority
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urgency_and_incremental_are_read_and_the_rest_is_not() {
        let read = |value: &str| {
            let Priority {
                urgency,
                incremental,
            } = Priority::read(value.as_bytes());
            (urgency, incremental == Some(true))
        };
        assert_eq!(read("u=0"), (0, false));
        assert_eq!(read("u=5, i"), (5, true));
        assert_eq!(read("i;a=1 ,u=1;b"), (1, true));
        assert_eq!(read("i=?0, u=8, u=-1, x"), (3, false));
        assert_eq!(read(""), (3, false));
        assert_eq!(Priority::default().urgency, 3);
    }
}
