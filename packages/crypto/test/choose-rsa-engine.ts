import { chooseEcEngine } from '../src/ec/engine/choose-ec-engine.ts'
import type { EcEngineName } from '../src/ec/engine/ec-engine.ts'
import { chooseRsaEngine } from '../src/rsa/engine/choose-rsa-engine.ts'
import type { RsaEngineName } from '../src/rsa/engine/rsa-engine.ts'

// RSA_ENGINE=bigint or RSA_ENGINE=wasm runs all tests with that engine; any other name throws.
chooseRsaEngine((process.env['RSA_ENGINE'] ?? 'auto') as RsaEngineName | 'auto')

// EC_ENGINE=noble or EC_ENGINE=wasm does the same for elliptic curves.
chooseEcEngine((process.env['EC_ENGINE'] ?? 'auto') as EcEngineName | 'auto')
