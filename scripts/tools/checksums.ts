type Platform = `${'linux' | 'darwin'}-${'amd64' | 'arm64'}`;

/** SHA-256 of the official release archives, from the `sha256sums.txt` of each release. */
export const CHECKSUMS: Readonly<Record<string, Readonly<Partial<Record<string, string>>>>> = {
  'prometheus-3.15.0': {
    'linux-amd64': '2a542df32eac02ee17b9d844fb2aa1de00dafa5476579ba8a3ba862e9d572ea0',
    'linux-arm64': 'f1f90ec08e849d494ca66c611470afc50192f0355f1a61c33f2cbde02d067823',
    'darwin-amd64': '2d79e744c2d7e505db936fbc898e05abc74fcb6e437c25befd26e9c9f00aa58b',
    'darwin-arm64': '920df4d17e78b3b0175af144eb318b0c74d1cf7b1d1251b326966f0e81977260',
  },
  'prometheus-2.55.1': {
    'linux-amd64': '19700bdd42ec31ee162e4079ebda4cd0a44432df4daa637141bdbea4b1cd8927',
    'linux-arm64': 'af43368bc6379c3c8bd5ac0b82208060bba22267bf01ad3ab5df56ad5725bf88',
    'darwin-amd64': 'ba915f45b680566646fc824f2b9793dbcd2741c157a5a599be2cb4665b38b498',
    'darwin-arm64': '551d557d8b4e5e5ed4fdbfea9622034f6e9ee760986d876736ced885b764bae9',
  },
  'alertmanager-0.34.1': {
    'linux-amd64': '265b9d1e55ef0d5306a436018af6d2b686c2ce051f03d968f7464ecb1372a7e8',
    'linux-arm64': 'd98d6cbaf52151c7e76e24355fec88b11cebcb9875d4cdd8b76ddce7a7e5535c',
    'darwin-amd64': '9f3a3806c81a2ef3546fea9bae3dd39abcf2206edd112c9433133a9355875fce',
    'darwin-arm64': 'a3941879f340ef12a4cc1a479c82bd8520611265ea8d1ee25c88bd5f944d8293',
  },
} satisfies Record<string, Record<Platform, string>>;

/** The downloaded archive is not the released one. */
export class ChecksumError extends Error {
  override readonly name = 'ChecksumError';
}
