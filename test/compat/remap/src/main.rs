//! Runs a program in the language of Vector, VRL, as its transform `remap` does: one event of JSON a line on stdin, and what becomes of
//! it on stdout. What Vector would say of the program itself is an error here, warnings too.

use std::io::{self, BufRead, Write};
use std::{env, error::Error, fs};

use vrl::compiler::{Context, Program, TargetValue, TimeZone, compile, state::RuntimeState};
use vrl::diagnostic::Formatter;
use vrl::value::{Secrets, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let file = env::args().nth(1).ok_or("Expected the path of a program")?;
    let program = compiled(&fs::read_to_string(file)?)?;
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let event = serde_json::from_str::<serde_json::Value>(&line?)?;
        writeln!(
            out,
            "{}",
            serde_json::to_string(&remapped(&program, event.into())?)?
        )?;
    }
    Ok(())
}

fn compiled(source: &str) -> Result<Program, String> {
    let said = |list| Formatter::new(source, list).to_string();
    let result = compile(source, &vrl::stdlib::all()).map_err(said)?;
    if result.warnings.is_empty() {
        Ok(result.program)
    } else {
        Err(said(result.warnings))
    }
}

fn remapped(program: &Program, event: Value) -> Result<Value, String> {
    let mut target = TargetValue {
        value: event,
        metadata: Value::Object(Default::default()),
        secrets: Secrets::default(),
    };
    let mut state = RuntimeState::default();
    let timezone = TimeZone::default();
    let mut context = Context::new(&mut target, &mut state, &timezone);
    program
        .resolve(&mut context)
        .map_err(|error| error.to_string())?;
    Ok(target.value)
}
