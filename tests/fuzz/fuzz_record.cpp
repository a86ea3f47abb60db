// SPDX-License-Identifier: MIT
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

#include <stdlib.h>

#include "control/files.hpp"
#include "control/local_socket.hpp"
#include "control/record_file.hpp"
#include "expect.hpp"

using namespace mcast;
using namespace mcast::control;

namespace {

constexpr const char* kSession = "5f0c2a91";

struct Folder {
    Folder() {
        std::string name = std::filesystem::temp_directory_path().string() + "/mcast-XXXXXX";
        path = ::mkdtemp(name.data());
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    std::string path;
};

void write(const std::string& path, std::string_view text) {
    std::FILE* file = std::fopen(path.c_str(), "w");
    EXPECT_ALWAYS(file != nullptr);
    EXPECT_ALWAYS(std::fwrite(text.data(), 1, text.size(), file) == text.size());
    EXPECT_ALWAYS(std::fclose(file) == 0);
}

std::string text_of(const Record& record) {
    return record_text(record.status, record.process, record.taken);
}

}  // namespace

// Any text as the record of a session: it is shown as damaged, or keeps the contract of a status
// and says the same after one more round.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Folder folder;
    static const std::string path = record_path(folder.path, kSession);
    write(path, {reinterpret_cast<const char*>(data), size});
    const auto record = read_record(folder.path, kSession);
    EXPECT_ALWAYS(record.has_value());
    EXPECT_ALWAYS(record->status.session == kSession);
    EXPECT_ALWAYS(died(*record).error->code == ErrorCode::process_died);
    if (record->damaged) {
        EXPECT_ALWAYS(record->status.state == State::failure && record->status.error);
        return 0;
    }
    const std::string text = text_of(*record);
    write(path, text);
    const auto again = read_record(folder.path, kSession);
    EXPECT_ALWAYS(again.has_value() && !again->damaged && text_of(*again) == text);
    return 0;
}
