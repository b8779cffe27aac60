//! The last thing to say, and how the program then ends.

use crate::server::Complaint;

/// Nothing is to be done but to say something.
#[derive(Debug, PartialEq, Eq)]
pub struct Stop {
    /// What to say, without a line break at the end.
    pub text: String,
    /// Whether it was asked for, and so goes to standard output.
    pub to_stdout: bool,
    /// Whether its lines stay as they are, however narrow the window is.
    pub is_laid_out: bool,
    /// 0 if it was asked for, 2 for what we cannot do.
    pub exit_code: u8,
}

/// The exit code where we cannot do what we were asked.
const EXIT_CANNOT: u8 = 2;

impl Stop {
    /// The same for somebody else to say.
    pub(super) fn into_complaint(self) -> Complaint {
        Complaint {
            text: self.text,
            is_laid_out: self.is_laid_out,
        }
    }

    /// What was asked for is said.
    pub(super) fn answering(text: String) -> Self {
        Self {
            text,
            to_stdout: true,
            is_laid_out: true,
            exit_code: 0,
        }
    }

    /// What was asked cannot be done, and why.
    pub(super) fn complaining(text: String) -> Self {
        Self {
            text,
            to_stdout: false,
            is_laid_out: false,
            exit_code: EXIT_CANNOT,
        }
    }

    /// The same, with excerpts of a file.
    pub(super) fn showing(text: String) -> Self {
        Self {
            is_laid_out: true,
            ..Self::complaining(text)
        }
    }
}
