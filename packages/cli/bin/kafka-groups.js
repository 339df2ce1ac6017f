#!/usr/bin/env node
import { launch } from '@ottla/runtime/launch'

await launch(import.meta.url, 'kafka-groups')
