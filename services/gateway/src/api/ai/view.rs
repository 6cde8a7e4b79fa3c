//! Versions of how the AI works, as the API shows and takes them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xin_domain::{AiSettings, Brand, UserId};
use xin_storage::tenant::Configuration;

use super::settings::AiSettingsView;
use crate::api::brand::view::BrandView;
use crate::api::names::ConfigurationStateName;
use crate::error::Answer;
use crate::inputs::Checks;

/// How the AI speaks and works. What is absent is as it is by default.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewAiConfiguration {
    /// How it speaks.
    brand: BrandView,
    /// How it works.
    settings: AiSettingsView,
}

impl NewAiConfiguration {
    /// The two parts, if they keep to the limits.
    pub fn read(self) -> Answer<(Brand, AiSettings)> {
        let mut checks = Checks::default();
        let brand = self.brand.checked(&mut checks);
        let settings = self.settings.checked(&mut checks);
        checks.done()?;
        Ok((brand, settings))
    }
}

/// One version of how the AI speaks and works.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AiConfiguration)]
pub struct ConfigurationView {
    /// Its number, from 1; absent for what holds before anything was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    #[schema(value_type = ConfigurationStateName)]
    state: &'static str,
    brand: BrandView,
    settings: AiSettingsView,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    author: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<DateTime<Utc>>,
    /// When customers first saw it.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<DateTime<Utc>>,
}

impl ConfigurationView {
    /// What holds before any version was published.
    pub fn unset(brand: Brand) -> Self {
        Self {
            version: None,
            state: "published",
            brand: brand.into(),
            settings: AiSettingsView::default(),
            author: None,
            updated_at: None,
            published_at: None,
        }
    }
}

impl From<Configuration> for ConfigurationView {
    fn from(version: Configuration) -> Self {
        Self {
            version: Some(version.version),
            state: version.state.as_str(),
            brand: version.brand.into(),
            settings: version.settings.into(),
            author: version.author,
            updated_at: Some(version.updated_at),
            published_at: version.published_at,
        }
    }
}

/// What is in use, and what is being worked on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AiConfigurations)]
pub struct ConfigurationsView {
    /// What customers see.
    pub published: ConfigurationView,
    /// What they will see when it is published.
    #[schema(required)]
    pub draft: Option<ConfigurationView>,
}
