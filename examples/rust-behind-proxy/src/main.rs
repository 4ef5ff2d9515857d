use pmcp::{Error, Server};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
struct Greet {
    name: String,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let server = Server::builder()
        .name("hello")
        .version("1.0.0")
        .tool_typed_sync("greet", |Greet { name }, _| {
            Ok(format!("Hello, {name}!").into())
        })
        .build()?;
    server.run_stdio().await
}
