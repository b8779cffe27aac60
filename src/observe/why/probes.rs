//! What clients ask every server for, whoever it is: one table, and half a sentence for each.
//!
//! Law: nobody else knows such paths. Folding in the terminal, the pages, the totals and the
//! labels all ask here.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::exchange::Reason;
use crate::i18n::{Language, text};
use crate::observe::events::{Exchange, Method};
use crate::observe::limits::PROBE_PATH_BYTES_MAX;

/// Why somebody asks for a path that no page of this site may ever have mentioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Probe {
    /// A browser's tab wants an icon.
    Favicon,
    /// A phone wants an icon for its home screen.
    TouchIcon,
    /// A crawler asks what it may read.
    Robots,
    /// A crawler asks what there is.
    Sitemap,
    /// Chrome's developer tools look for a workspace.
    DevTools,
    /// Chrome asks how much it may load beforehand.
    TrafficAdvice,
    /// Developer tools look for the sources of a minified file.
    SourceMap,
    /// Somebody looks whether the server lives.
    HealthCheck,
    /// A monitoring system collects numbers.
    Metrics,
    /// A service worker left by another site at this address.
    ServiceWorker,
    /// Windows wants a tile.
    BrowserConfig,
    /// Somebody looks for whom to tell about a weakness.
    SecurityContact,
    /// An advertising network looks for its sellers.
    AdsList,
    /// Android looks for applications that belong to this site.
    AssetLinks,
    /// iOS looks for applications that belong to this site.
    AppleAppSite,
    /// A password manager looks for the page that changes a password.
    ChangePassword,
    /// A server of the fediverse looks for accounts.
    Fediverse,
    /// A client looks for a way to sign in.
    OpenId,
    /// A certificate authority makes sure whose name it is.
    Acme,
    /// A program for mail or calendars looks for its settings.
    MailSetup,
    /// A browser asks about privacy promises.
    PrivacyPolicy,
    /// Somebody asks who made the site.
    Humans,
    /// A language model's crawler asks for a summary.
    LlmsSummary,
    /// A reader looks for news.
    Feed,
    /// A device looks whether it is online.
    CaptivePortal,
    /// A plug-in of days gone by asks for leave.
    PluginPolicy,
    /// A tab left open from a development server that was at this address.
    DevServer,
    /// A scanner looks for WordPress.
    WordPress,
    /// A scanner looks for keys and passwords left lying about.
    Secrets,
    /// A scanner looks for administration pages.
    AdminPanel,
    /// A scanner looks for a router, camera or the like.
    Device,
    /// A scanner looks for a known hole in some framework.
    Framework,
    /// A scanner looks for scripts that can be run.
    Script,
    /// A scanner looks for a proxy that lets anybody through.
    OpenProxy,
}

/// What a site may answer to a probe when it has no such file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltInAnswer {
    /// An icon for a tab.
    TabIcon,
    /// An icon for a home screen.
    TouchIcon,
    /// 204: there is nothing, and that is no error.
    NoContent,
}

impl Probe {
    /// The word the journal uses, and the end of the key of its text.
    pub fn name(self) -> &'static str {
        match self {
            Self::Favicon => "favicon",
            Self::TouchIcon => "touch-icon",
            Self::Robots => "robots",
            Self::Sitemap => "sitemap",
            Self::DevTools => "dev-tools",
            Self::TrafficAdvice => "traffic-advice",
            Self::SourceMap => "source-map",
            Self::HealthCheck => "health-check",
            Self::Metrics => "metrics",
            Self::ServiceWorker => "service-worker",
            Self::BrowserConfig => "browser-config",
            Self::SecurityContact => "security-contact",
            Self::AdsList => "ads-list",
            Self::AssetLinks => "asset-links",
            Self::AppleAppSite => "apple-app-site",
            Self::ChangePassword => "change-password",
            Self::Fediverse => "fediverse",
            Self::OpenId => "open-id",
            Self::Acme => "acme",
            Self::MailSetup => "mail-setup",
            Self::PrivacyPolicy => "privacy-policy",
            Self::Humans => "humans",
            Self::LlmsSummary => "llms-summary",
            Self::Feed => "feed",
            Self::CaptivePortal => "captive-portal",
            Self::PluginPolicy => "plugin-policy",
            Self::DevServer => "dev-server",
            Self::WordPress => "word-press",
            Self::Secrets => "secrets",
            Self::AdminPanel => "admin-panel",
            Self::Device => "device",
            Self::Framework => "framework",
            Self::Script => "script",
            Self::OpenProxy => "open-proxy",
        }
    }

    /// The key of its half sentence.
    pub fn key(self) -> String {
        format!("probe-{}", self.name())
    }

    /// Why it is asked for, in half a sentence.
    pub fn in_words(self, language: Language) -> String {
        text(language, &self.key())
    }

    /// What may be answered where there is no such file. Whoever shows no icon is asked for it
    /// again with every page.
    pub fn built_in_answer(self) -> Option<BuiltInAnswer> {
        match self {
            Self::Favicon => Some(BuiltInAnswer::TabIcon),
            Self::TouchIcon => Some(BuiltInAnswer::TouchIcon),
            Self::DevTools | Self::TrafficAdvice => Some(BuiltInAnswer::NoContent),
            _ => None,
        }
    }
}

/// Which path is which probe. A `*` stands for anything, at the start or at the end; letters count
/// alike, large or small. Whole paths count before beginnings, and these before ends; of two
/// beginnings or ends the first.
///
/// A path stands here only if clients ask for it without having been told to: what a page links to
/// and is missing is that page's mistake, and must be seen as one.
const TABLE: &[(Probe, &str)] = &[
    (Probe::Favicon, "/favicon.ico"),
    (Probe::TouchIcon, "/apple-touch-icon*"),
    (Probe::Robots, "/robots.txt"),
    (
        Probe::Sitemap,
        "/sitemap.xml /sitemap.txt /sitemap.xml.gz /sitemaps.xml /sitemap_index.xml \
         /sitemap-index.xml /wp-sitemap.xml",
    ),
    (
        Probe::DevTools,
        "/.well-known/appspecific/com.chrome.devtools.json /json/version /json/list",
    ),
    (Probe::TrafficAdvice, "/.well-known/traffic-advice"),
    (Probe::SourceMap, "*.map"),
    (
        Probe::HealthCheck,
        "/healthz /healthz/* /livez /livez/* /readyz /readyz/* /health /health/live \
         /health/ready /healthcheck /health-check /health_check /_health /__health \
         /__heartbeat__ /__lbheartbeat__ /heartbeat /ping /live /liveness /ready /readiness \
         /alive /up /status /-/healthy /-/ready /_status/healthz /elb-status /api/health \
         /api/healthz /api/ping",
    ),
    (
        Probe::Metrics,
        "/metrics /federate /server-status /nginx_status /stub_status /basic_status",
    ),
    (
        Probe::ServiceWorker,
        "/sw.js /service-worker.js /serviceworker.js /service_worker.js /ngsw-worker.js \
         /ngsw.json /firebase-messaging-sw.js /onesignalsdkworker.js /pwabuilder-sw.js",
    ),
    (Probe::BrowserConfig, "/browserconfig.xml"),
    (
        Probe::SecurityContact,
        "/.well-known/security.txt /security.txt /.well-known/pgp-key.txt",
    ),
    (
        Probe::AdsList,
        "/ads.txt /app-ads.txt /sellers.json /trust.txt /.well-known/trust.txt \
         /.well-known/related-website-set.json",
    ),
    (Probe::AssetLinks, "/.well-known/assetlinks.json"),
    (
        Probe::AppleAppSite,
        "/.well-known/apple-app-site-association /apple-app-site-association \
         /.well-known/apple-developer-merchantid-domain-association",
    ),
    (
        Probe::ChangePassword,
        "/.well-known/change-password /.well-known/passkey-endpoints /.well-known/webauthn \
         /.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200",
    ),
    (
        Probe::Fediverse,
        "/.well-known/webfinger /.well-known/nodeinfo /.well-known/x-nodeinfo2 \
         /.well-known/host-meta /.well-known/host-meta.json /nodeinfo/* /api/v1/instance \
         /api/v2/instance /.well-known/matrix/* /.well-known/atproto-did",
    ),
    (
        Probe::OpenId,
        "/.well-known/openid-configuration* /.well-known/oauth-authorization-server* \
         /.well-known/oauth-protected-resource* /.well-known/jwks.json \
         /.well-known/web-identity",
    ),
    (
        Probe::Acme,
        "/.well-known/acme-challenge/* /.well-known/pki-validation/*",
    ),
    (
        Probe::MailSetup,
        "/autodiscover/* /.well-known/autoconfig/* /mail/config-v1.1.xml /.well-known/caldav \
         /.well-known/carddav /.well-known/jmap /.well-known/mta-sts.txt",
    ),
    (
        Probe::PrivacyPolicy,
        "/.well-known/dnt-policy.txt /.well-known/dnt /.well-known/gpc.json /w3c/p3p.xml \
         /.well-known/privacy-sandbox-attestations.json /tdmrep.json /.well-known/tdmrep.json",
    ),
    (Probe::Humans, "/humans.txt /.well-known/humans.txt"),
    (
        Probe::LlmsSummary,
        "/llms.txt /llms-full.txt /ai.txt /.well-known/ai-plugin.json \
         /.well-known/agent.json /.well-known/agent-card.json /.well-known/mcp.json",
    ),
    (
        Probe::Feed,
        "/feed /feed/ /rss /rss/ /rss.xml /feed.xml /feed.json /feed.atom /atom.xml \
         /feeds/posts/default",
    ),
    (
        Probe::CaptivePortal,
        "/generate_204 /gen_204 /hotspot-detect.html /library/test/success.html \
         /connecttest.txt /ncsi.txt /success.txt /canonical.html /check_network_status.txt \
         /kindle-wifi/*",
    ),
    (
        Probe::PluginPolicy,
        "/crossdomain.xml /clientaccesspolicy.xml",
    ),
    (
        Probe::DevServer,
        "/@vite/* /@react-refresh /@id/* /@fs/* /__vite_ping /_next/webpack-hmr /__nextjs_* \
         /__webpack_hmr /__webpack_dev_server__/* /webpack-dev-server* /sockjs-node/* \
         /socket.io/* /livereload /livereload.js /livereload/* /browser-sync/* /ng-cli-ws \
         /_framework/aspnetcore-browser-refresh.js /__livereload /_trunk/ws \
         *.hot-update.json *.hot-update.js",
    ),
    (
        Probe::WordPress,
        "/wp-login.php /wp-admin* /wp-content/* /wp-includes/* /wp-json* /wp-config* \
         /wp-cron.php /wordpress /wordpress/* /wp /wp/* /wp1/* /wp2/* /xmlrpc.php \
         */wlwmanifest.xml */wp-login.php */xmlrpc.php */wp-admin/install.php",
    ),
    (
        Probe::Secrets,
        "/.env* /.git /.git/* /.gitconfig /.git-credentials /.gitlab-ci.yml /.svn/* /.hg/* \
         /.aws/* /.ssh/* /.docker/* /.dockerenv /.kube/* /.npmrc /.pypirc /.netrc \
         /.bash_history /.bashrc /.htpasswd /.htaccess /.ds_store /.vscode/* /.idea/* \
         /.config/* /.terraform/* /id_rsa /id_ed25519 /credentials.json /secrets.json \
         /secrets.yml /server.key /config.yml /config.yaml /config.env /docker-compose.yml \
         /appsettings.json /web.config /database.yml /backup.zip /backup.tar.gz /etc/passwd \
         */.env */.env.local */.env.production */.git/config */.git/head */.aws/credentials \
         */etc/passwd *.sql *.sql.gz *.pem *.bak",
    ),
    (
        Probe::AdminPanel,
        "/phpmyadmin* /pma /pma/* /myadmin/* /mysqladmin/* /mysql/* /adminer* /dbadmin/* \
         /pgadmin* /administrator/* /admin.php* /manager/html /manager/text* /host-manager/* \
         /webadmin/* /cpanel /jenkins/* /hudson/* /grafana/* /kibana/* /zabbix/* \
         /portainer/* /owa/* /ecp/* /exchange/* /global-protect/* /remote/login \
         /remote/logincheck /remote/fgt_lang /dana-na/* /+cscoe+/* /vpn/* /my.policy \
         /citrix/* /reportserver*",
    ),
    (
        Probe::Device,
        "/boaform* /hnap1* /goform* /gponform* /setup.cgi /cgi-bin/* /shell /tmunblock.cgi \
         /sdk /sdk/* /evox/about /nmaplowercheck* /nice%20ports* /isapi/* /onvif/* \
         /device.rsp /picsdesc.xml /upnp/* /ctrlt/* /ws/v1/cluster/* /luci/* /level/15/* \
         /board.cgi /apply.cgi /diag_form /getcfg.php /system.ini /currentsetting.htm \
         /dvr/* /doc/page/login.asp",
    ),
    (
        Probe::Framework,
        "/actuator /actuator/* /heapdump /solr/* /_ignition/* /vendor/phpunit/* /telescope/* \
         /laravel/* /storage/logs/* /_profiler/* /app_dev.php* /debug/default/* \
         /debug/pprof* /h2-console* /druid/* /struts/* /struts2* /invoker/* /jmx-console* \
         /web-console* /_all_dbs /_utils/* /_cat/* /_cluster/* /v2/_catalog /v1.24/* \
         /containers/json /api/v1/pods /geoserver/* /nacos/* /seeyon/* \
         /autodiscover/autodiscover.json /api/jsonws/* /hello.world /cf_scripts/* /cfide/* \
         /developmentserver/*",
    ),
    (
        Probe::Script,
        "*.php *.php5 *.php7 *.phtml *.asp *.aspx *.ashx *.asmx *.jsp *.jspx *.do *.action \
         *.cgi *.cfm",
    ),
];

/// The probe that a target is, by its path. Whether there was a file of that name after all is
/// another question: `probe_in`.
pub fn probe_of(target: &[u8]) -> Option<Probe> {
    if !target.starts_with(b"/") {
        return probe_without_a_path(target);
    }
    let end = target.iter().position(|byte| matches!(byte, b'?' | b'#'));
    let path = &target[..end.unwrap_or(target.len())];
    // Scanners double the slash that a careless prefix leaves behind.
    let doubled = path.iter().take_while(|byte| **byte == b'/').count();
    let path = &path[doubled.saturating_sub(1)..];
    let mut lower = [0; PROBE_PATH_BYTES_MAX];
    let lower = lower.get_mut(..path.len())?;
    lower.copy_from_slice(path);
    lower.make_ascii_lowercase();
    INDEX.find(lower)
}

/// The probe that a request was, if it was not answered from a file: a real `favicon.ico` is a
/// file like any other, and one that cannot be read is an error like any other.
pub(super) fn probe_in(exchange: &Exchange, target: &[u8]) -> Option<Probe> {
    let nothing_there = match exchange.reason {
        None => exchange.status == 204 || exchange.status == 404,
        Some(reason) => matches!(
            reason,
            Reason::NoSuchFile
                | Reason::NoIndex
                | Reason::Hidden
                | Reason::BadPath
                | Reason::MethodNotAllowed
        ),
    };
    if !nothing_there {
        return None;
    }
    if exchange.method == Method::Connect {
        return Some(Probe::OpenProxy);
    }
    probe_of(target)
}

/// `http://somewhere/path` is asked of a proxy; scanners ask everybody.
fn probe_without_a_path(target: &[u8]) -> Option<Probe> {
    let scheme = target.get(..7)?.eq_ignore_ascii_case(b"http://");
    let rest = target.get(7..).filter(|_| scheme)?;
    let path = rest.iter().position(|byte| *byte == b'/')?;
    probe_of(&rest[path..])
}

/// The table, arranged for looking up: an answer that is no file is looked up in a microsecond.
struct Index {
    whole: HashMap<&'static [u8], Probe>,
    /// By the first letter after the slash.
    starts: HashMap<u8, Vec<(&'static [u8], Probe)>>,
    ends: Vec<(&'static [u8], Probe)>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index {
        whole: HashMap::new(),
        starts: HashMap::new(),
        ends: Vec::new(),
    };
    for (probe, patterns) in TABLE {
        for pattern in patterns.split_ascii_whitespace() {
            if let Some(end) = pattern.strip_prefix('*') {
                index.ends.push((end.as_bytes(), *probe));
            } else if let Some(start) = pattern.strip_suffix('*') {
                let first = start.as_bytes().get(1).copied().unwrap_or_default();
                let same_letter = index.starts.entry(first).or_default();
                same_letter.push((start.as_bytes(), *probe));
            } else {
                index.whole.entry(pattern.as_bytes()).or_insert(*probe);
            }
        }
    }
    index
});

impl Index {
    fn find(&self, path: &[u8]) -> Option<Probe> {
        if let Some(probe) = self.whole.get(path) {
            return Some(*probe);
        }
        let same_letter = path.get(1).and_then(|first| self.starts.get(first));
        let begins = |(start, _): &&(&[u8], Probe)| path.starts_with(start);
        let ends = |(end, _): &&(&[u8], Probe)| path.ends_with(end);
        let found = same_letter.and_then(|starts| starts.iter().find(begins));
        found
            .or_else(|| self.ends.iter().find(ends))
            .map(|(_, probe)| *probe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    fn check(target: &str, probe: Probe) {
        assert_eq!(probe_of(target.as_bytes()), Some(probe), "{target}");
    }

    #[test]
    fn what_everybody_asks_for_is_known() {
        check("/favicon.ico", Probe::Favicon);
        check(
            "/apple-touch-icon-120x120-precomposed.png",
            Probe::TouchIcon,
        );
        check("/robots.txt?x=1", Probe::Robots);
        check(
            "/.well-known/appspecific/com.chrome.devtools.json",
            Probe::DevTools,
        );
        check("/.well-known/traffic-advice", Probe::TrafficAdvice);
        check("/assets/app.3f2.js.map", Probe::SourceMap);
        check("/healthz", Probe::HealthCheck);
        check("/-/ready", Probe::HealthCheck);
        check("/SW.js", Probe::ServiceWorker);
        check("/sitemap.xml", Probe::Sitemap);
        check("/@vite/client", Probe::DevServer);
        check("/.well-known/acme-challenge/abc", Probe::Acme);
        check(
            "/.well-known/apple-app-site-association",
            Probe::AppleAppSite,
        );
        check("http://a.example/favicon.ico", Probe::Favicon);
    }

    #[test]
    fn scanners_are_known_however_they_write() {
        check("/wp-login.php", Probe::WordPress);
        check("//wp-login.php", Probe::WordPress);
        check("/site/wp-includes/wlwmanifest.xml", Probe::WordPress);
        check("/.env", Probe::Secrets);
        check("/.env.production", Probe::Secrets);
        check("/api/.env", Probe::Secrets);
        check("/.git/config", Probe::Secrets);
        check("/phpMyAdmin/index.php", Probe::AdminPanel);
        check("/cgi-bin/luci/;stok=/locale", Probe::Device);
        check("/boaform/admin/formLogin", Probe::Device);
        check("/actuator/gateway/routes", Probe::Framework);
        check("/shell.php", Probe::Script);
        check("/x.php", Probe::Script);
    }

    #[test]
    fn what_a_site_is_made_of_is_no_probe() {
        for target in [
            "/",
            "/index.html",
            "/logo.svg",
            "/admin",
            "/login",
            "/docs/health",
            "/vendor/bootstrap.css",
            "/favicon-32x32.png",
            "/manifest.json",
            "/jenkins-for-beginners.html",
            "/envelope",
            "/robots.txt.html",
            "/treasure-map",
            "/.well-known/",
            "*",
            "",
            "http://",
        ] {
            assert_eq!(probe_of(target.as_bytes()), None, "{target}");
        }
        let long = format!("/{}.php", "a".repeat(PROBE_PATH_BYTES_MAX));
        assert_eq!(probe_of(long.as_bytes()), None, "no known probe is so long");
    }

    #[test]
    fn only_what_is_not_answered_from_a_file_is_a_probe() {
        let probe = |status, reason, method| {
            let exchange = Exchange {
                number: 1,
                target: (0, 0),
                client_bytes: 0,
                said_bytes: 0,
                site: 0,
                method,
                protocol: crate::observe::Protocol::Http11,
                status,
                reason,
                coding: None,
                lacks_sibling: false,
                shadow: None,
                content_bytes: 0,
                begun: clock::now(),
            };
            probe_in(&exchange, b"/favicon.ico")
        };
        let get = Method::Get;
        assert_eq!(probe(200, None, get), None);
        assert_eq!(probe(304, None, get), None);
        assert_eq!(probe(301, None, get), None);
        assert_eq!(probe(403, Some(Reason::FORBIDDEN), get), None);
        assert_eq!(
            probe(404, Some(Reason::NoSuchFile), get),
            Some(Probe::Favicon)
        );
        assert_eq!(probe(404, Some(Reason::Hidden), get), Some(Probe::Favicon));
        assert_eq!(probe(204, None, get), Some(Probe::Favicon));
        let connect = probe(405, Some(Reason::MethodNotAllowed), Method::Connect);
        assert_eq!(connect, Some(Probe::OpenProxy));
    }

    #[test]
    fn every_line_of_the_table_can_be_reached() {
        let mut seen = std::collections::HashSet::new();
        for (probe, patterns) in TABLE {
            for pattern in patterns.split_ascii_whitespace() {
                assert!(seen.insert(pattern), "{pattern} stands twice");
                assert_eq!(
                    pattern,
                    pattern.to_ascii_lowercase(),
                    "compared in lower case"
                );
                let fits = pattern.strip_prefix('*').map(|end| format!("/a{end}"));
                let fits = fits.unwrap_or_else(|| pattern.replace('*', ""));
                let found = probe_of(fits.as_bytes());
                assert_eq!(found, Some(*probe), "{pattern} is hidden by another line");
            }
        }
    }

    #[test]
    fn every_probe_has_its_words() {
        let keys = crate::i18n::keys(Language::English);
        let said = { TABLE.iter() }
            .map(|(probe, _)| *probe)
            .chain([Probe::OpenProxy]);
        for probe in said {
            assert!(keys.iter().any(|(key, _)| *key == probe.key()), "{probe:?}");
        }
    }
}
