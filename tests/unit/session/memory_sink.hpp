// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/sink.hpp"

namespace mcast::test {

/// What became of a MemorySink; outlives it.
struct SinkLog {
    std::vector<std::uint8_t> content;
    std::vector<ByteCount> released;
    std::size_t writes = 0;
    std::vector<std::pair<ByteCount, std::size_t>> reads;  ///< offset and length
    bool finished = false;
    bool abandoned = false;
    bool interrupted = false;
};

/// A sink in memory that tells what was done to it, and fails on demand.
class MemorySink final : public storage::Sink {
  public:
    MemorySink(SinkLog& log, ByteCount size, std::optional<ByteCount> window = {})
        : log_(log), window_(window) {
        log_.content.assign(size, 0);
    }
    ~MemorySink() override { abandon(); }

    /// Writes from this one on fail.
    std::size_t fail_at_write = ~std::size_t{0};
    bool fail_to_read = false;
    /// Says that writing never waits.
    bool prompt = false;
    /// The bytes that it says it has yet to bring to a disk.
    ByteCount unsynced = 0;
    /// Says that a program has yet to end.
    bool at_work = false;
    /// Shows content in place, in pieces of that size.
    std::size_t piece_size = 0;

    Result<void> write(ByteCount offset, std::span<const iovec> run) override {
        if (log_.writes++ >= fail_at_write) return fail(ErrorCode::no_space, "the test is full");
        for (const auto& piece : run) {
            std::memcpy(log_.content.data() + offset, piece.iov_base, piece.iov_len);
            offset += piece.iov_len;
        }
        return {};
    }
    Result<void> read(ByteCount offset, MutableBytes out) override {
        log_.reads.emplace_back(offset, out.size());
        if (fail_to_read) return fail(ErrorCode::io, "the test is unreadable");
        std::memcpy(out.data(), log_.content.data() + offset, out.size());
        return {};
    }
    Result<void> end_at(ByteCount size) override {
        log_.content.resize(size);
        return {};
    }
    Bytes view(ByteCount offset) const override {
        if (piece_size == 0) return {};
        const Bytes rest = Bytes(log_.content).subspan(offset);
        return rest.first(std::min(rest.size(), piece_size - offset % piece_size));
    }
    std::optional<ByteCount> window() const override { return window_; }
    ByteCount left_to_sync() const override { return unsynced; }
    bool reader_at_work() const override { return at_work; }
    bool in_memory() const override { return prompt; }
    Result<void> release(ByteCount up_to) override {
        log_.released.push_back(up_to);
        return {};
    }
    Result<std::string> finish() override {
        log_.finished = true;
        return "/final";
    }
    std::optional<std::string> abandon() override {
        if (log_.finished || std::exchange(log_.abandoned, true) || log_.writes == 0) return {};
        return "/part";
    }
    void interrupt() override { log_.interrupted = true; }

  private:
    SinkLog& log_;
    std::optional<ByteCount> window_;
};

}  // namespace mcast::test
