import { chooseRsaEngine } from '../src/rsa/engine/choose-rsa-engine.ts'
import type { RsaEngineName } from '../src/rsa/engine/rsa-engine.ts'

// RSA_ENGINE=bigint or RSA_ENGINE=wasm runs all tests with that engine; any other name throws.
chooseRsaEngine((process.env['RSA_ENGINE'] ?? 'auto') as RsaEngineName | 'auto')
