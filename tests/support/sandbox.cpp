// SPDX-License-Identifier: MIT
#include "support/sandbox.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include "support/catch.hpp"

namespace {

void load(std::vector<sock_filter>& code, std::size_t offset) {
    code.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset)));
}

bool refuse(std::initializer_list<Refused> calls, int error) {
    const auto answer = SECCOMP_RET_ERRNO | static_cast<unsigned>(error);
    std::vector<sock_filter> code;
    for (const Refused& one : calls) {
        const bool any = one.option < 0;
        load(code, offsetof(seccomp_data, nr));
        const auto call = static_cast<unsigned>(one.call);
        const std::uint8_t skip = any ? 1 : 3;
        code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, skip));
        if (!any) {
            load(code, offsetof(seccomp_data, args[2]));
            const auto option = static_cast<unsigned>(one.option);
            code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, option, 0, 1));
        }
        code.push_back(BPF_STMT(BPF_RET | BPF_K, answer));
    }
    code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace

bool in_sandbox(std::initializer_list<Refused> calls, int error,
                const std::function<void()>& body) {
    bool entered = false;
    std::exception_ptr failure;
    // A filter holds for its thread alone, for as long as that lives.
    std::thread([&] {
        if (!refuse(calls, error)) return;
        entered = true;
        try {
            body();
        } catch (...) {
            failure = std::current_exception();
        }
    }).join();
    if (failure) std::rethrow_exception(failure);
    if (!entered) WARN("skipped: this machine has no seccomp");
    return entered;
}
