/** Decorators are applied by hand, because Node does not support their syntax. */
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payload } from '@nestjs/microservices';
import { McpController, McpStrategy, StreamableHttpTransport, Tool } from '@rekog/mcp-nest';
import { z } from 'zod';
import { add, fail, host, observe, port, texts } from './wired.mjs';

class Shop {
  add(sum) {
    return texts(add(sum));
  }
  fail() {
    return fail();
  }
}

function tool(name, parameters) {
  const described = Object.getOwnPropertyDescriptor(Shop.prototype, name);
  Reflect.defineMetadata('design:paramtypes', [Object], Shop.prototype, name);
  Payload()(Shop.prototype, name, 0);
  Tool({ name, description: name, parameters })(Shop.prototype, name, described);
}
tool('add', z.object({ a: z.number(), b: z.number() }));
tool('fail', z.object({}));
McpController()(Shop);

class Application {}
const strategy = new McpStrategy({
  name: 'shop',
  version: '1.0.0',
  transports: [new StreamableHttpTransport()],
  serverMutator: observe,
});
Module({ controllers: [Shop] })(Application);

const app = await NestFactory.create(Application, { logger: ['error', 'warn'] });
strategy.setHttpAdapter(app.getHttpAdapter());
app.connectMicroservice({ strategy });
await app.startAllMicroservices();
await app.listen(port, host);
