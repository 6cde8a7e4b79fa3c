//! Filters: `must`, `should` and `must_not` of exact matches and ids.

use qdrant_client::qdrant;
use qdrant_client::qdrant::condition::ConditionOneOf;
use qdrant_client::qdrant::r#match::MatchValue;
use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_edge::{
    AnyVariants, Condition, FieldCondition, Filter, JsonPath, Match, PointId, ValueVariants,
};
use tonic::Status;
use uuid::Uuid;

use super::{invalid, unsupported};

pub(in super::super) fn filter(filter: qdrant::Filter) -> Result<Filter, Status> {
    if filter.min_should.is_some() {
        return Err(unsupported("min_should"));
    }
    Ok(Filter {
        should: conditions(filter.should)?,
        min_should: None,
        must: conditions(filter.must)?,
        must_not: conditions(filter.must_not)?,
    })
}

fn conditions(list: Vec<qdrant::Condition>) -> Result<Option<Vec<Condition>>, Status> {
    if list.is_empty() {
        return Ok(None);
    }
    list.into_iter()
        .map(condition)
        .collect::<Result<Vec<_>, Status>>()
        .map(Some)
}

fn condition(condition: qdrant::Condition) -> Result<Condition, Status> {
    match condition.condition_one_of {
        Some(ConditionOneOf::Field(field)) => {
            let matching = match_value(field.r#match)?;
            Ok(Condition::Field(FieldCondition::new_match(
                path(&field.key)?,
                matching,
            )))
        }
        Some(ConditionOneOf::Filter(nested)) => Ok(Condition::Filter(filter(nested)?)),
        Some(ConditionOneOf::HasId(ids)) => {
            let ids = ids.has_id.into_iter().map(|id| point_id(Some(id)));
            let ids = ids.collect::<Result<Vec<_>, Status>>()?;
            Ok(Condition::HasId(ids.into_iter().collect()))
        }
        Some(_) | None => Err(unsupported("this condition")),
    }
}

fn match_value(value: Option<qdrant::Match>) -> Result<Match, Status> {
    let value = match value.and_then(|value| value.match_value) {
        Some(MatchValue::Keyword(keyword)) => ValueVariants::String(keyword),
        Some(MatchValue::Integer(integer)) => ValueVariants::Integer(integer),
        Some(MatchValue::Boolean(boolean)) => ValueVariants::Bool(boolean),
        Some(MatchValue::Keywords(keywords)) => {
            let keywords = keywords.strings.into_iter().collect();
            return Ok(Match::new_any(AnyVariants::Strings(keywords)));
        }
        Some(_) | None => return Err(unsupported("this match")),
    };
    Ok(Match::new_value(value))
}

pub(super) fn path(field: &str) -> Result<JsonPath, Status> {
    let wrong = || Status::invalid_argument(format!("{field} is not the path of a field"));
    field.parse().ok().ok_or_else(wrong)
}

pub(super) fn point_id(id: Option<qdrant::PointId>) -> Result<PointId, Status> {
    match id.and_then(|id| id.point_id_options) {
        Some(PointIdOptions::Num(number)) => Ok(PointId::NumId(number)),
        Some(PointIdOptions::Uuid(text)) => {
            Ok(PointId::Uuid(Uuid::parse_str(&text).map_err(invalid)?))
        }
        None => Err(Status::invalid_argument("a point has no id")),
    }
}
