//! Has the reply worded and checked; once again when it does not pass.

use std::time::{Duration, Instant};

use uuid::Uuid;
use xin_broker::JobError;
use xin_domain::{Register, ReplyAction};
use xin_llm::{
    ChatModel, DeltaSink, FallbackTexts, GroundingPassage, LlmError, NoDeltas, ReplyOutcome,
    ReplyRequest, StructuredReply,
};

use super::trace::Call;
use super::{AnswerInput, Answerer, Retrieved, Trace, words_itself};
use crate::check::{self, Fault, Secrets, Sources, Standard};
use crate::prompt::{self, ChannelRules, PromptContext, fenced};
use crate::stream::LiveReply;
use crate::texts;

/// How often the model is asked before the turn ends without it.
const MODEL_ATTEMPTS: usize = 3;
const PAUSE_BETWEEN_ATTEMPTS: Duration = Duration::from_millis(300);
/// A reply that does not pass is written once more.
const ROUNDS: usize = 2;
/// Letters of the mark that no reply may hold.
const MARK: usize = 16;

impl Answerer {
    /// The reply, or what is wrong with the last one that was written.
    pub(super) async fn word(
        &self,
        input: &AnswerInput,
        retrieved: &Retrieved,
        model: &dyn ChatModel,
        live: Option<&LiveReply>,
        trace: &mut Trace,
    ) -> Result<Result<StructuredReply, Fault>, JobError> {
        let generates = words_itself(model);
        let canary = mark(input);
        let mut prompt = context(input, retrieved, &canary);
        let mut request = self.request(input, retrieved, &prompt)?;
        let whole: Vec<String> = retrieved
            .passages
            .iter()
            .map(|found| found.passage.whole_text())
            .collect();
        let known = known(input, retrieved);
        let secrets = Secrets::of(
            prompt::rules_of(&request.system),
            &canary,
            allowed(input, retrieved, &whole),
        );
        let standard = Standard {
            brand: &input.brand,
            settings: &input.settings,
            secrets: &secrets,
            passages: &whole,
            known: &known,
            verbatim: !generates,
        };
        if let Some(live) = live {
            live.show_only(guard(&standard, generates));
        }
        let mut last = Err(Fault::Empty);
        let rounds = if generates { ROUNDS } else { 1 };
        for _ in 0..rounds {
            let outcome = self.ask_model(input, model, &request, live, trace).await?;
            let mut reply = outcome.reply;
            if reply.action == ReplyAction::HandOff {
                return Ok(Ok(reply));
            }
            if !generates {
                name_source(&mut reply, input, retrieved);
            }
            let began = Instant::now();
            let (report, verdict) = check::check(&reply, &standard);
            trace.times.checks += began.elapsed();
            trace.checked(report);
            match verdict {
                Ok(()) => return Ok(Ok(reply)),
                Err(fault) => {
                    prompt.correction = Some(fault.advice());
                    request = self.request(input, retrieved, &prompt)?;
                    last = Err(fault);
                }
            }
        }
        Ok(last)
    }

    fn request(
        &self,
        input: &AnswerInput,
        retrieved: &Retrieved,
        prompt: &PromptContext<'_>,
    ) -> Result<ReplyRequest, JobError> {
        let system = self
            .prompts
            .answer(prompt)
            .map_err(|error| JobError::new(error.kind(), error.to_string()))?;
        Ok(ReplyRequest {
            system,
            history: retrieved.history.clone(),
            question: input.question.clone(),
            passages: retrieved
                .passages
                .iter()
                .map(|found| GroundingPassage {
                    title: found.passage.title.clone(),
                    text: found.passage.text.clone(),
                    score: found.score,
                    is_faq: found.passage.is_faq,
                })
                .collect(),
            confidence: retrieved.confidence.value,
            answer_threshold: retrieved.thresholds.answer,
            language: input.language.clone(),
            texts: FallbackTexts {
                unknown: texts::unknown(&input.language).to_owned(),
            },
            deadline: self.platform.model_timeout,
        })
    }

    /// Asks the model, again while the failure may pass.
    async fn ask_model(
        &self,
        input: &AnswerInput,
        model: &dyn ChatModel,
        request: &ReplyRequest,
        live: Option<&LiveReply>,
        trace: &mut Trace,
    ) -> Result<ReplyOutcome, JobError> {
        use backon::{ConstantBuilder, Retryable};

        let sink: &dyn DeltaSink = match live {
            Some(live) => live,
            None => &NoDeltas,
        };
        let began = Instant::now();
        let outcome = (|| async {
            if let Some(live) = live {
                live.restart();
            }
            model.reply(request, sink).await
        })
        .retry(
            ConstantBuilder::default()
                .with_delay(PAUSE_BETWEEN_ATTEMPTS)
                .with_max_times(MODEL_ATTEMPTS - 1),
        )
        .when(|error: &LlmError| error.kind().is_transient())
        .await
        .map_err(|error| JobError::new(error.kind(), error.to_string()));
        trace.times.model += began.elapsed();
        let outcome = outcome?;
        self.count(input, &outcome, i64::from(trace.is_first_answer()))
            .await;
        trace.called(Call::of("answer", &outcome, began.elapsed()));
        Ok(outcome)
    }
}

/// A mark for this prompt that nobody outside can foretell.
fn mark(input: &AnswerInput) -> String {
    let id = Uuid::new_v5(&input.tenant.uuid(), input.question.as_bytes());
    let digits: String = id.simple().to_string().chars().take(MARK).collect();
    format!("mk-{digits}")
}

fn context<'a>(
    input: &'a AnswerInput,
    retrieved: &'a Retrieved,
    canary: &'a str,
) -> PromptContext<'a> {
    let brand = &input.brand;
    PromptContext {
        assistant_name: prompt::assistant_name(brand, &input.business),
        business: &input.business,
        canary,
        channel: ChannelRules::of(input.channel_kind.as_str()),
        language_name: texts::language_name(&input.language),
        allowed_languages: input
            .settings
            .languages
            .iter()
            .map(|language| texts::language_name(language.as_str()))
            .collect(),
        register: match brand.register {
            Register::Formal => "formal",
            Register::Informal => "informal",
        },
        presets: brand
            .tone_presets
            .iter()
            .map(|preset| preset.description())
            .collect(),
        tone: &brand.tone,
        required_phrases: &brand.required_phrases,
        banned_phrases: &brand.banned_phrases,
        greeting: input.greeting().is_some(),
        sign_off: !brand.sign_off.trim().is_empty(),
        instructions: input.settings.instructions.of(input.channel_kind),
        summary: retrieved.summary.clone(),
        passages: retrieved
            .passages
            .iter()
            .map(|found| fenced(&found.passage.title, &found.passage.text))
            .collect(),
        correction: None,
    }
}

/// What is true beside the passages: what the customer says, and the business's own words.
fn known<'a>(input: &'a AnswerInput, retrieved: &'a Retrieved) -> Vec<&'a str> {
    let brand = &input.brand;
    let mut known = vec![
        input.question.as_str(),
        input.business.as_str(),
        brand.assistant_name.as_str(),
        brand.greeting.as_str(),
        brand.sign_off.as_str(),
    ];
    known.extend(brand.required_phrases.iter().map(String::as_str));
    known.extend(retrieved.rewritten.as_deref());
    known
}

/// What stands in the rules and may be said all the same.
fn allowed<'a>(
    input: &'a AnswerInput,
    retrieved: &'a Retrieved,
    passages: &'a [String],
) -> impl Iterator<Item = &'a str> {
    let brand = &input.brand;
    [brand.greeting.as_str(), brand.sign_off.as_str()]
        .into_iter()
        .chain(brand.required_phrases.iter().map(String::as_str))
        .chain(retrieved.summary.as_deref())
        .chain(passages.iter().map(String::as_str))
}

/// Whether what is written so far may be shown already.
fn guard(standard: &Standard<'_>, generates: bool) -> Box<dyn Fn(&str) -> bool + Send + Sync> {
    if !generates {
        return Box::new(|_quoted| true);
    }
    let all = standard
        .passages
        .iter()
        .map(String::as_str)
        .chain(standard.known.iter().copied());
    let (sources, secrets) = (Sources::of(all), standard.secrets.clone());
    let brand = standard.brand.clone();
    Box::new(move |so_far| check::may_be_shown(so_far, &secrets, &brand, &sources))
}

/// Says where a quotation comes from; the answer to a question of the tenant's own needs no source.
fn name_source(reply: &mut StructuredReply, input: &AnswerInput, retrieved: &Retrieved) {
    let cited = reply
        .citations
        .first()
        .and_then(|citation| retrieved.passages.get(citation.passage.checked_sub(1)?));
    let Some(found) = cited.filter(|found| !found.passage.is_faq) else {
        return;
    };
    let title = found.passage.title.trim();
    if !title.is_empty() && !reply.text.starts_with(title) {
        reply.text = format!("{}\n{}", texts::source(&input.language, title), reply.text);
    }
}
