#!/usr/bin/env node
import { main } from '@pmcp/observability/internal';

// Flags, variables, help and errors are those of the program that has all the commands.
await main(['doctor', ...process.argv.slice(2)], process.env);
