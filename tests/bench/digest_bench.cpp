// SPDX-License-Identifier: MIT
#include <vector>

#include <benchmark/benchmark.h>

#include "storage/digest.hpp"

namespace mcast::storage {
namespace {

/// A chunk of 1 MiB, as senders and receivers hash it.
void digest_of_one_mebibyte(benchmark::State& state, DigestAlgorithm algorithm) {
    const std::vector<std::uint8_t> content(kMinChunkSize, 0x5a);
    const auto hash = make_hash(algorithm);
    for (auto _ : state) {
        hash->reset();
        hash->update(content);
        benchmark::DoNotOptimize(hash->digest());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(content.size()));
}
BENCHMARK_CAPTURE(digest_of_one_mebibyte, xxh3, DigestAlgorithm::xxh3_128);
BENCHMARK_CAPTURE(digest_of_one_mebibyte, sha256, DigestAlgorithm::sha256);

}  // namespace
}  // namespace mcast::storage
