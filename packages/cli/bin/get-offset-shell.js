#!/usr/bin/env node
import { launch } from '@ottla/runtime/launch'

await launch(import.meta.url, 'get-offset-shell')
