//! Packs and a selection, compiled: what cleans articles.

use crate::{
    article::Article,
    engine::{
        self, Observed, Plan,
        evidence::{self, Evidence},
        explain::Explanation,
        learned::Learned,
        standing::Left,
    },
    error::{Error, Result},
    guard::Guard,
    language,
    learn::Facts,
    ledger::{Cleaned, checksum},
    pack::{Pack, covers, speaks},
    rule::{
        Category, Confidence, Rule, RuleId,
        condition::{Condition, Named},
        evidence::{Settings, Weigh},
    },
    selection::{Selection, Use, unknown_id},
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::{
    path::Path,
    sync::{Arc, RwLock},
};

/// What cleans articles: rules compiled for a selection. Immutable, to be shared between threads.
///
/// ```
/// use dechaff::{Article, Cleaner};
///
/// let cleaner = Cleaner::builtin()?;
/// let text = format!("Ports reopen\n\nADVERTISEMENT\n\n{}\n", "The harbour opened on Monday. ".repeat(9));
/// let cleaned = cleaner.clean(&Article::new(&text));
/// assert!(!cleaned.text().contains("ADVERTISEMENT"));
/// for cut in cleaned.cuts() {
///     println!("{} {} {:?}", cut.rule(), cut.category(), cleaned.taken(cut));
/// }
/// # Ok::<(), dechaff::Error>(())
/// ```
#[derive(Debug)]
pub struct Cleaner {
    packs: Vec<Pack>,
    guard: Guard,
    indexed: bool,
    /// Every language that a pack or a rule is for.
    langs: Vec<String>,
    /// Every host that a pack or a rule is for.
    sites: FxHashSet<String>,
    /// Compiled rules by what they depend on: language, and site packs that cover the host.
    views: RwLock<FxHashMap<ViewKey, Arc<Plan>>>,
    selection: Selection,
    learned: Option<Learned>,
    version: Arc<str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct ViewKey {
    lang: Option<String>,
    /// The most specific site that the host belongs to: it settles which packs cover the host.
    site: Option<String>,
}

impl Cleaner {
    /// The built-in rules with the default selection.
    ///
    /// # Errors
    /// Only where the build holds a broken rule file, which its own tests refuse.
    pub fn builtin() -> Result<Cleaner> {
        Cleaner::builder().packs(Pack::builtin()?).build()
    }

    /// A cleaner to be put together.
    pub fn builder() -> CleanerBuilder {
        CleanerBuilder::default()
    }

    /// The same cleaner, but lines that other articles of the batch repeat or name go too, as
    /// [`learn`](crate::learn) found; their cuts say so ([`Cut::support`](crate::Cut::support)).
    pub fn with_facts(mut self, facts: Facts) -> Cleaner {
        let takes = |id: &str, category| self.selection.takes_as(id, category);
        self.learned = Some(Learned::new(Arc::new(facts), takes, self.selection.least()));
        self.views = RwLock::default();
        self
    }

    /// Finds the chaff of an article and cuts it.
    ///
    /// An article that does not tell its language has it guessed; where that is unsure rules for a
    /// language act only with high confidence, those of all languages.
    pub fn clean<'t>(&self, article: &Article<'t>) -> Cleaned<'t> {
        self.clean_in(article).1
    }

    /// Cleans an article and says which language was taken for its own.
    fn clean_in<'t>(&self, article: &Article<'t>) -> (Option<&'static str>, Cleaned<'t>) {
        let guess = self.guess(article);
        let cleaned = self.clean_as(article, guess);
        // What is left must be guessed alike, or a second run would use other rules and find more.
        let stable = guess.is_none() || cleaned.cuts().is_empty() || self.guess(&Article::new(&cleaned.text())) == guess;
        if stable { (guess, cleaned) } else { (None, self.clean_as(article, None)) }
    }

    fn clean_as<'t>(&self, article: &Article<'t>, guess: Option<&str>) -> Cleaned<'t> {
        let verdict = engine::sweep(article, &self.view(article, guess), &self.guard);
        Cleaned::new(article.text, verdict.cuts, verdict.held, Arc::clone(&self.version))
    }

    /// The language of an article that does not tell it, where that makes a difference.
    fn guess(&self, article: &Article<'_>) -> Option<&'static str> {
        let matters = article.lang_code().is_none() && !self.langs.is_empty();
        if matters { language::guess(language::longest_line(article.text)) } else { None }
    }

    /// For each non-blank line of the article, or the given one (from 1): what became of it, and
    /// each rule that came near and what stopped it.
    ///
    /// ```
    /// use dechaff::{Article, Cleaner, Pack};
    ///
    /// let pack = Pack::parse("mine", "[[rule]]\nid = 'read-on'\nline = { starts = 'read on' }\nwhen = { max-words = 3 }\n")?;
    /// let cleaner = Cleaner::builder().packs([pack]).build()?;
    /// let told = cleaner.explain(&Article::new("Read on, she told the pupils."), Some(1));
    /// assert_eq!(told[0].near[0].stopped, "`when max-words = 3` does not hold");
    /// # Ok::<(), dechaff::Error>(())
    /// ```
    pub fn explain(&self, article: &Article<'_>, line: Option<usize>) -> Vec<Explanation> {
        engine::explain::explain(article, &self.view(article, self.clean_in(article).0), line)
    }

    /// What the evidence sees of each line, to fit weights to.
    pub(crate) fn observe(&self, article: &Article<'_>) -> Vec<Observed> {
        engine::observe(article, &self.view(article, self.guess(article)))
    }

    /// Looks at what the rules leave of an article.
    pub(crate) fn with_left(&self, article: &Article<'_>, look: impl FnOnce(&Left<'_>)) {
        look(&Left::of(article, &self.view(article, self.guess(article))));
    }

    /// Every rule of its packs, selected or not, by id.
    pub fn rules(&self) -> Vec<&Arc<Rule>> {
        let mut rules: Vec<_> = self.packs.iter().flat_map(Pack::rules).collect();
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        rules
    }

    /// Is a rule selected?
    pub fn is_selected(&self, rule: &Rule) -> bool {
        self.selection.takes(rule)
    }

    /// Its packs, broadest first.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// Which rules these are, selected or not, and which engine runs them: the version of this crate and
    /// a checksum of the packs, as in `0.1.0+5d0f4a1c`. The same on every machine; ledger entries record it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Its guard.
    pub fn guard(&self) -> Guard {
        self.guard
    }

    fn view(&self, article: &Article<'_>, guess: Option<&str>) -> Arc<Plan> {
        let lang = article.lang_code().or(guess).map(|code| {
            let known = self.langs.iter().find(|lang| crate::site::same_lang(code, lang));
            known.map_or("other".to_owned(), Clone::clone)
        });
        let host = article.host().map(str::to_ascii_lowercase);
        let site = host.as_deref().and_then(|host| {
            let starts = std::iter::once(0).chain(host.match_indices('.').map(|(dot, _)| dot + 1));
            starts.map(|start| &host[start..]).find(|site| self.sites.contains(*site)).map(str::to_owned)
        });
        self.view_of(ViewKey { lang, site })
    }

    fn view_of(&self, key: ViewKey) -> Arc<Plan> {
        let known = self.views.read().unwrap_or_else(|poisoned| poisoned.into_inner()).get(&key).cloned();
        known.unwrap_or_else(|| {
            let view = Arc::new(self.compile(&key));
            let mut views = self.views.write().unwrap_or_else(|poisoned| poisoned.into_inner());
            Arc::clone(views.entry(key).or_insert(view))
        })
    }

    fn compile(&self, key: &ViewKey) -> Plan {
        let (lang, host) = (key.lang.as_deref(), key.site.as_deref());
        let applies = |pack: &Pack| pack.speaks(lang) && pack.covers(host);
        // Of an unknown language nothing is known that would make a rule wrong.
        let disables = |pack: &&Pack| applies(pack) && (lang.is_some() || pack.lang.is_empty());
        let disabled: FxHashSet<&RuleId> =
            self.packs.iter().filter(disables).flat_map(|pack| &pack.disable).map(|(id, _)| id).collect();
        let rules = self.packs.iter().filter(|pack| applies(pack)).flat_map(Pack::rules);
        let rules = rules.filter(|rule| speaks(&rule.lang, lang) && covers(&rule.sites, host) && !disabled.contains(&rule.id));
        // Where the language is unsure a short word may be one of any: only what is sure of its line is asked.
        let is_sure = |rule: &Rule| lang.is_some() || rule.lang.is_empty() || rule.confidence == Confidence::High;
        let rules = rules.filter(|rule| is_sure(rule));
        let used = rules.filter_map(|rule| Some((Arc::clone(rule), self.selection.uses(rule)?)));
        let broader = key.site.is_some().then(|| self.view_of(ViewKey { site: None, ..key.clone() }));
        // Where no pack for the site itself weighs anything, its evidence is that of the language.
        let weighs = |pack: &Pack| applies(pack) && (pack.evidence.is_some() || !pack.weighs.is_empty());
        let own = self.packs.iter().any(|pack| !pack.sites.is_empty() && weighs(pack));
        let shared = broader.as_ref().filter(|_| !own);
        let evidence = shared.map_or_else(|| self.evidence(&applies).map(Arc::new), |plan| plan.evidence.clone());
        // Without evidence nobody listens to rules that only bear witness.
        let used = used.filter(|(_, how)| *how == Use::Acts || evidence.is_some());
        let mut plan = Plan::new(used.map(|(rule, how)| (rule, how == Use::Acts)).collect(), self.indexed, broader.as_deref());
        plan.evidence = evidence;
        plan.learned.clone_from(&self.learned);
        plan
    }

    /// The evidence of the packs that apply: what a narrower one says of a sign counts.
    fn evidence(&self, applies: &dyn Fn(&Pack) -> bool) -> Option<Evidence> {
        let may_take = |&category: &Category| self.selection.takes_as(evidence::ID, category);
        let takes: Vec<Category> = Category::ALL.iter().copied().filter(may_take).collect();
        let packs: Vec<&Pack> = self.packs.iter().filter(|pack| applies(pack)).collect();
        let settings = packs.iter().filter_map(|pack| pack.evidence.as_ref());
        let settings = settings.fold(Settings::default(), Settings::overridden_by);
        if takes.is_empty() || settings.threshold.is_none() {
            return None;
        }
        let mut places: FxHashMap<String, usize> = FxHashMap::default();
        let mut weighs: Vec<Arc<Weigh>> = Vec::new();
        for weigh in packs.iter().flat_map(|pack| &pack.weighs) {
            let place = *places.entry(weigh.key()).or_insert(weighs.len());
            if place == weighs.len() {
                weighs.push(Arc::clone(weigh));
            } else {
                weighs[place] = Arc::clone(weigh);
            }
        }
        weighs.retain(|weigh| weigh.weight != 0);
        Some(Evidence::new(settings, weighs, &takes, self.selection.least(), self.indexed))
    }
}

/// Where a pack was read from is no part of it; their order is.
fn version(packs: &[Pack]) -> Arc<str> {
    let packs: String = packs.iter().map(|pack| format!("{} {:016x}\n", pack.id(), pack.fingerprint())).collect();
    format!("{}+{}", env!("CARGO_PKG_VERSION"), &checksum(&packs)[..8]).into()
}

/// Refuses weights that could never count.
fn check_weighs(packs: &[Pack], rules: &FxHashMap<&RuleId, (&Pack, usize)>) -> Result<()> {
    let has_threshold = packs.iter().filter_map(|pack| pack.evidence.as_ref()).any(|settings| settings.threshold.is_some());
    for (pack, weigh) in packs.iter().flat_map(|pack| pack.weighs.iter().map(move |weigh| (pack, weigh))) {
        let place = |error: Error| error.at(&pack.path, Some(weigh.line));
        if !has_threshold {
            return Err(place(Error::new(
                "a weight stands here and no pack gives an `[evidence]` with a `threshold`; no sum would ever take a line; add one",
            )));
        }
        let named = weigh.when.iter().filter_map(|it| if let Condition::Hit(named) = it { Some(named) } else { None }).flatten();
        for name in named {
            if let Named::Rule(id) = name
                && !rules.contains_key(id)
            {
                return Err(place(unknown_id(id.as_str(), "hit", packs, "name a category, or a rule by its full id")));
            }
        }
    }
    Ok(())
}

/// Puts a [`Cleaner`] together.
///
/// ```
/// use dechaff::{Article, Cleaner, Confidence, Guard, Pack, Selection};
///
/// let cleaner = Cleaner::builder()
///     .packs(Pack::builtin()?)
///     .selection(Selection {
///         ignore: vec!["ad".into(), "any/evidence".into()],
///         confidence: Some(Confidence::High),
///         ..Selection::default()
///     })
///     .guard(Guard { max_cut: 0.3, ..Guard::default() })
///     .build()?;
/// let text = format!("ADVERTISEMENT\n\n{}\n", "The harbour opened on Monday. ".repeat(9));
/// assert!(cleaner.clean(&Article::new(&text)).text().starts_with("ADVERTISEMENT"));
/// # Ok::<(), dechaff::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct CleanerBuilder {
    packs: Vec<Pack>,
    selection: Selection,
    guard: Guard,
    no_index: bool,
}

impl CleanerBuilder {
    /// Adds packs.
    pub fn packs(mut self, packs: impl IntoIterator<Item = Pack>) -> Self {
        self.packs.extend(packs);
        self
    }

    /// Adds the packs of a file or folder.
    ///
    /// # Errors
    /// As [`Pack::load`].
    pub fn pack_file(self, path: impl AsRef<Path>) -> Result<Self> {
        Ok(self.packs(Pack::load(path.as_ref())?))
    }

    /// Chooses among the rules.
    pub fn selection(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }

    /// Sets how much of an article may go.
    pub fn guard(mut self, guard: Guard) -> Self {
        self.guard = guard;
        self
    }

    /// Tries every rule on every line: slow, with the same result. It is there to be compared with.
    pub fn without_index(mut self) -> Self {
        self.no_index = true;
        self
    }

    /// The cleaner.
    ///
    /// # Errors
    /// Where two rules have one id, or a `disable` or a selector names nothing.
    pub fn build(self) -> Result<Cleaner> {
        let CleanerBuilder { packs, selection, guard, no_index } = self;
        let mut seen: FxHashMap<&RuleId, (&Pack, usize)> = FxHashMap::default();
        for (pack, (id, line)) in packs.iter().flat_map(|pack| pack.ids.iter().map(move |id| (pack, id))) {
            if let Some((first, at)) = seen.insert(id, (pack, *line)) {
                return Err(Error::new(format!(
                    "another rule has this id already, at {}:{at}; `ignore` and the ledger could not tell them apart; rename it",
                    first.path.display(),
                ))
                .at(&pack.path, Some(*line))
                .in_rule(id.as_str()));
            }
        }
        for pack in &packs {
            for (id, line) in &pack.disable {
                if !seen.contains_key(id) {
                    return Err(
                        unknown_id(id.as_str(), "disable", &packs, "name a rule by its full id").at(&pack.path, Some(*line))
                    );
                }
            }
        }
        check_weighs(&packs, &seen)?;
        selection.check(&packs)?;
        let mut langs: Vec<String> = packs.iter().flat_map(|pack| pack.lang.iter().chain(&pack.langs)).cloned().collect();
        langs.sort();
        langs.dedup();
        let sites = packs.iter().flat_map(|pack| pack.sites.iter().chain(&pack.hosts)).cloned().collect();
        let (views, version) = (RwLock::default(), version(&packs));
        Ok(Cleaner { packs, guard, indexed: !no_index, langs, sites, views, selection, learned: None, version })
    }
}
