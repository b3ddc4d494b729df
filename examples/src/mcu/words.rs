//! Two languages.

use clap::ValueEnum;

/// The language of what is printed for people. JSON is the same in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// 简体中文
    Zh,
}

impl Lang {
    /// The language of the environment: that of the first variable that is set, as in every program.
    #[must_use]
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set =
            ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|text| !text.is_empty());
        if set.is_some_and(|text| text.to_ascii_lowercase().starts_with("zh")) { Self::Zh } else { Self::En }
    }

    /// The text in this language.
    #[must_use]
    pub const fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// Yes or no.
    #[must_use]
    pub const fn yes_no(self, is: bool) -> &'static str {
        match (self, is) {
            (Self::En, true) => "yes",
            (Self::En, false) => "no",
            (Self::Zh, true) => "是",
            (Self::Zh, false) => "否",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let lang = |set: &[(&str, &str)]| {
            Lang::of_environment(|name| {
                set.iter().find(|(n, _)| *n == name).map(|(_, text)| (*text).to_owned())
            })
        };
        assert_eq!(lang(&[]), Lang::En);
        assert_eq!(lang(&[("LANG", "zh_CN.UTF-8")]), Lang::Zh);
        assert_eq!(lang(&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]), Lang::En);
        assert_eq!(lang(&[("LC_ALL", ""), ("LC_MESSAGES", "ZH_cn"), ("LANG", "de_DE")]), Lang::Zh);
    }
}
