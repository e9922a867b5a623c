# corral_room(NAME [DEPS room...] [LINK target...]): the folder is the list. Every .cpp below the current folder becomes part of
# the static library corral_NAME (alias Corral::NAME). Files named *_avx2.cpp, *_avx512.cpp, *_neon.cpp … are compiled for that
# instruction set and may only be entered after a run-time check (core/base/cpu_features.h).
function(corral_room name)
    cmake_parse_arguments(ARG "" "" "DEPS;LINK;EXCLUDE" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
    foreach(pattern IN LISTS ARG_EXCLUDE)
        list(FILTER sources EXCLUDE REGEX "${pattern}")
    endforeach()
    if(NOT sources) # nothing to compile yet, but an edge of the house all the same
        add_library(corral_${name} INTERFACE)
        foreach(dep IN LISTS ARG_DEPS)
            target_link_libraries(corral_${name} INTERFACE corral_${dep})
        endforeach()
        return()
    endif()
    corral_isa_flags(${sources})
    add_library(corral_${name} STATIC ${sources})
    add_library(Corral::${name} ALIAS corral_${name})
    target_include_directories(corral_${name} PUBLIC ${PROJECT_SOURCE_DIR})
    set_target_properties(corral_${name} PROPERTIES LINKER_LANGUAGE CXX)
    foreach(dep IN LISTS ARG_DEPS)
        target_link_libraries(corral_${name} PUBLIC corral_${dep})
    endforeach()
    target_link_libraries(corral_${name} PUBLIC ${ARG_LINK})
    if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo" OR CMAKE_BUILD_TYPE STREQUAL "Release")
        target_compile_options(corral_${name} PRIVATE -O3)
    endif()
endfunction()

# Flags by file name, so that one build holds every instruction set.
function(corral_isa_flags)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64|ARM64")
        foreach(source IN LISTS ARGN)
            if(source MATCHES "_neon\\.cpp$")
                set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-march=armv8.2-a+dotprod")
            elseif(source MATCHES "_i8mm\\.cpp$")
                set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-march=armv8.2-a+dotprod+i8mm")
            endif()
        endforeach()
        return()
    endif()
    if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        return()
    endif()
    foreach(source IN LISTS ARGN)
        if(source MATCHES "_avx512\\.cpp$")
            set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS
                "-mavx2;-mfma;-mf16c;-mbmi2;-mavx512f;-mavx512bw;-mavx512vl;-mavx512dq;-mavx512vnni;-mavx512bf16;-mavx512vbmi;-mgfni;-mprefer-vector-width=512")
        elseif(source MATCHES "_avx512vnni\\.cpp$")
            set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS
                "-mavx2;-mfma;-mf16c;-mbmi2;-mavx512f;-mavx512bw;-mavx512vl;-mavx512dq;-mavx512vnni;-mprefer-vector-width=512")
        elseif(source MATCHES "_avxvnni\\.cpp$")
            set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma;-mf16c;-mbmi2;-mavxvnni")
        elseif(source MATCHES "_avx2\\.cpp$")
            set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma;-mf16c;-mbmi2")
        endif()
    endforeach()
endfunction()

# corral_registry(OUT FOLDER NAMESPACE TYPE SUFFIX...): the presence of a file is its registration. For every FOLDER/NAME.cpp
# (ISA variants left out) the generated OUT defines `extern const TYPE NAME;` in NAMESPACE and the table `const TYPE* const kAll[]`.
function(corral_registry out folder namespace type header)
    file(GLOB files CONFIGURE_DEPENDS ${folder}/*.cpp)
    set(declarations "")
    set(entries "")
    foreach(file IN LISTS files)
        get_filename_component(stem ${file} NAME_WE)
        if(stem MATCHES "_(avx2|avx512|neon)$")
            continue()
        endif()
        string(APPEND declarations "extern const ${type} ${stem};\n")
        string(APPEND entries "    &${stem},\n")
    endforeach()
    file(CONFIGURE OUTPUT ${out} CONTENT
"// Generated from the folder listing by cmake/CorralRoom.cmake.
#include \"${header}\"
namespace ${namespace} {
${declarations}extern const ${type}* const kAll[] = {
${entries}};
extern const int kAllCount = sizeof kAll / sizeof *kAll;
}
" @ONLY)
endfunction()
