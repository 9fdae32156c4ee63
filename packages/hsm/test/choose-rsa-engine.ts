import { chooseRsaEngine, type RsaEngineName } from '@pocket-hsm/crypto'

// RSA_ENGINE=bigint or RSA_ENGINE=wasm runs all tests with that engine; another name is refused.
chooseRsaEngine((process.env['RSA_ENGINE'] ?? 'auto') as RsaEngineName | 'auto')
