import {
  chooseEcEngine,
  chooseRsaEngine,
  type EcEngineName,
  type RsaEngineName,
} from '@pocket-hsm/crypto'

// RSA_ENGINE=bigint or RSA_ENGINE=wasm runs all tests with that engine; another name is an error.
chooseRsaEngine((process.env['RSA_ENGINE'] ?? 'auto') as RsaEngineName | 'auto')

// EC_ENGINE=noble or EC_ENGINE=wasm does the same for elliptic curves.
chooseEcEngine((process.env['EC_ENGINE'] ?? 'auto') as EcEngineName | 'auto')
