// A unit is eight weights: four from value `at` of the row on, four `step` values further.
struct Unit {
    vec4 first, second;
    uint at, step;
};
