//! What the command line asks to look at.

use super::args::{self, Lint};
use super::settings::Settings;
use super::stop::Stop;
use std::io::Read;
use std::path::PathBuf;
use svclint::load::{self, Builds, Loaded, Release, Request};
use svclint::run::Options;

/// What there is to look at, as the library takes it.
pub(crate) fn request(args: &Lint, settings: &Settings, options: &Options) -> Request {
    let input = &args.input.reading;
    Request {
        current_dir: PathBuf::new(),
        paths: args.paths.clone(),
        builds: builds(&args.builds, options),
        context: input.context.clone(),
        isolated: input.isolated,
        config: settings.config.clone(),
        baseline: settings.baseline.clone(),
        exclude: input.exclude.clone(),
        force_exclude: input.force_exclude,
        is_revision: false,
        stdin_filename: input.stdin_filename.clone(),
    }
}

/// Reads it.
pub(crate) fn load(request: &Request, stdin: &mut dyn Read) -> Result<Loaded, Stop> {
    load::load(request, stdin).map_err(|invalid| Stop::from(invalid.to_string()))
}

fn builds(args: &args::Builds, options: &Options) -> Builds {
    Builds {
        charts: args.charts.clone(),
        release: Release {
            values: args.values.clone(),
            set: args.set.clone(),
            name: args.release_name.clone(),
            namespace: options.namespace.clone(),
            kube_version: options.kube_version,
        },
        kustomizations: args.kustomizations.clone(),
        fetch: args.allow_fetch,
    }
}
