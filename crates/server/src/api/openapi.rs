//! The description of the client APIs, made from the code (OpenAPI 3.1).

use axum::Json;
use serde_json::{Value, json};
use symbolon_proto::problem::Code;
use utoipa::OpenApi;

use crate::sciencemesh;

/// What stands above the paths.
#[derive(OpenApi)]
#[openapi(info(
    title = "Symbolon",
    description = "Invitations and connections between people on different servers. Times are RFC 3339 in UTC, lives are \
        seconds, absent members are left out. Every failure is application/problem+json and is listed at /errors.",
    license(name = "Apache-2.0 OR MIT")
))]
struct Head;

/// `GET /api/v1/openapi.json`
pub(super) async fn serve() -> Json<Value> {
    Json(document())
}

/// The whole document.
pub fn document() -> Value {
    let mut described = Head::openapi();
    let (_, ours) = super::documented().split_for_parts();
    described.merge(ours);
    let (_, theirs) = sciencemesh::documented().split_for_parts();
    described.merge(theirs);
    let mut document = serde_json::to_value(described).expect("a description is always JSON");
    document["components"]["securitySchemes"] = json!({
        "basic": { "type": "http", "scheme": "basic", "description": "User name and app password" },
        "session": { "type": "apiKey", "in": "cookie", "name": "__Host-symbolon" },
    });
    document["security"] = json!([{ "basic": [] }, { "session": [] }]);
    document["components"]["schemas"]["Problem"] = problem_schema();
    add_failures(&mut document);
    document
}

/// One body for everything that goes wrong.
fn problem_schema() -> Value {
    let text = json!({ "type": "string" });
    let codes: Vec<&str> = Code::all().map(Code::as_str).collect();
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "remedy", "problem", "code", "message", "reference"],
        "properties": {
            "type": text, "title": text, "detail": text, "remedy": text, "message": text, "culprit": text,
            "status": { "type": "integer" },
            "retry_helps": { "type": "boolean" },
            "problem": { "type": "string", "enum": codes },
            "code": { "type": "string", "description": "The same as problem; on /sciencemesh the code of the oCIS envelope" },
            "reference": { "type": "string", "description": "Finds the exchange in the logs; also in X-Request-Id" },
            "acceptance": { "type": "string", "description": "The id of the acceptance that ended so" },
            "heard": { "$ref": "#/components/schemas/Heard", "description": "What the other server said to it" },
        },
    })
}

fn add_failures(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    let operations = paths
        .values_mut()
        .filter_map(Value::as_object_mut)
        .flat_map(|o| o.values_mut());
    for operation in operations.filter(|operation| operation.get("responses").is_some()) {
        operation["responses"]["default"] = json!({
            "description": "What went wrong, and whose turn it is",
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_of_the_client_apis_is_described() {
        let document = document();
        let paths = document["paths"].as_object().unwrap();
        for path in [
            "/api/v1/me",
            "/api/v1/me/copy",
            "/api/v1/me/password",
            "/api/v1/me/app-passwords/{id}",
            "/api/v1/me/sessions/{id}",
            "/api/v1/acceptances/{id}/again",
            "/api/v1/invites",
            "/api/v1/me/notifications",
            "/api/v1/invites/{id}/renew",
            "/api/v1/invites/{id}/mail",
            "/api/v1/acceptances/{id}/retry",
            "/api/v1/connections/{id}",
            "/api/v1/events",
            "/sciencemesh/accept-invite",
            "/sciencemesh/delete-accepted-user",
            "/sciencemesh/list-providers",
        ] {
            assert!(paths.contains_key(path), "{path}");
        }
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        assert!(document["paths"]["/api/v1/me"]["get"]["responses"]["default"].is_object());
    }
}
