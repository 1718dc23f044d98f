/* Feeds a fuzz harness where the compiler brings no libFuzzer.
 *
 * Usage: harness [-runs=N] [-seed=N] [-max_len=N] [FILE...]
 *
 * The files are the corpus. Each input is a mutated member of a small pool, which begins with the
 * corpus and takes in what was made on the way, or fresh noise. There is no feedback from coverage:
 * it finds what volume finds, and the sanitizers turn that into a failure. The same seed gives the
 * same inputs on every machine.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOL_COUNT 64U
#define INPUT_SIZE_MAX 65536U

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_size);

struct input {
    size_t size;
    uint8_t octets[INPUT_SIZE_MAX];
};

static struct input pool[POOL_COUNT];

/* SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. */
static uint64_t draw(uint64_t *state)
{
    uint64_t mixed = (*state += 0x9E3779B97F4A7C15U);
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
}

static size_t draw_below(uint64_t *state, size_t limit)
{
    return limit == 0 ? 0 : (size_t)(draw(state) % limit);
}

static void fill(struct input *input, size_t size_max, uint64_t *state)
{
    /* Short inputs and whole ones are equally likely, for length checks fail at both ends. */
    size_t limit = draw(state) & 1U ? size_max : 64U;
    input->size = draw_below(state, (limit < size_max ? limit : size_max) + 1);
    for (size_t i = 0; i < input->size; i++) {
        input->octets[i] = (uint8_t)draw(state);
    }
}

static void splice(struct input *input, const struct input *other, size_t size_max, uint64_t *state)
{
    size_t start = draw_below(state, other->size + 1);
    size_t count = draw_below(state, other->size - start + 1);
    size_t place = draw_below(state, input->size + 1);
    if (place + count > size_max) {
        count = size_max - place;
    }
    memcpy(input->octets + place, other->octets + start, count);
    if (place + count > input->size) {
        input->size = place + count;
    }
}

static void mutate(struct input *input, size_t size_max, uint64_t *state)
{
    static const uint8_t edges[] = {0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF};
    size_t place = draw_below(state, input->size);
    switch (draw(state) % 6U) {
    case 0:
        input->octets[place] ^= (uint8_t)(1U << (draw(state) & 7U));
        break;
    case 1:
        input->octets[place] = edges[draw_below(state, sizeof edges)];
        break;
    case 2:
        input->octets[place] = (uint8_t)draw(state);
        break;
    case 3:
        input->size = draw_below(state, input->size + 1);
        break;
    case 4:
        input->size += draw_below(state, size_max - input->size + 1) % 17U;
        break;
    default:
        splice(input, &pool[draw_below(state, POOL_COUNT)], size_max, state);
        break;
    }
}

static size_t read_corpus(int argument_count, char **arguments, size_t size_max)
{
    size_t count = 0;
    for (int i = 1; i < argument_count && count < POOL_COUNT; i++) {
        FILE *file = arguments[i][0] == '-' ? NULL : fopen(arguments[i], "rb");
        if (file != NULL) {
            pool[count].size = fread(pool[count].octets, 1, size_max, file);
            count++;
            fclose(file);
        }
    }
    return count;
}

static unsigned long long option(int argument_count, char **arguments, const char *name,
                                 unsigned long long otherwise)
{
    size_t name_size = strlen(name);
    for (int i = 1; i < argument_count; i++) {
        if (strncmp(arguments[i], name, name_size) == 0) {
            return strtoull(arguments[i] + name_size, NULL, 10);
        }
    }
    return otherwise;
}

int main(int argument_count, char **arguments)
{
    static struct input input;
    unsigned long long run_count = option(argument_count, arguments, "-runs=", 100000);
    uint64_t state = option(argument_count, arguments, "-seed=", 1);
    size_t size_max = (size_t)option(argument_count, arguments, "-max_len=", 4096);
    if (size_max == 0 || size_max > INPUT_SIZE_MAX) {
        fprintf(stderr, "max_len must be in [1, %u], got %zu\n", INPUT_SIZE_MAX, size_max);
        return 2;
    }
    for (size_t i = read_corpus(argument_count, arguments, size_max); i < POOL_COUNT; i++) {
        fill(&pool[i], size_max, &state);
    }
    for (size_t i = 0; i < POOL_COUNT; i++) {
        LLVMFuzzerTestOneInput(pool[i].octets, pool[i].size);
    }
    for (unsigned long long i = 0; i < run_count; i++) {
        input.size = 0;
        if (draw(&state) % 16U == 0) {
            fill(&input, size_max, &state);
        } else {
            const struct input *parent = &pool[draw_below(&state, POOL_COUNT)];
            input.size = parent->size;
            memcpy(input.octets, parent->octets, parent->size);
        }
        for (size_t rounds = 1 + draw_below(&state, 4); rounds > 0; rounds--) {
            mutate(&input, size_max, &state);
        }
        LLVMFuzzerTestOneInput(input.octets, input.size);
        if (draw(&state) % 64U == 0) {
            struct input *place = &pool[draw_below(&state, POOL_COUNT)];
            place->size = input.size;
            memcpy(place->octets, input.octets, input.size);
        }
    }
    printf("%llu inputs, seed %llu: no report\n", run_count + POOL_COUNT,
           option(argument_count, arguments, "-seed=", 1));
    return 0;
}
