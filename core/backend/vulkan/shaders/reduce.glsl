// Sums and maxima over a workgroup of any size, with subgroups of any size. Included by shaders that reduce; every invocation must come along.
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_basic : require

shared float reduceParts[1024]; // of subgroups, however small these are

float workgroupAdd(float x)
{
    x = subgroupAdd(x);
    barrier(); // the parts of the last reduction have been read
    if (subgroupElect()) reduceParts[gl_SubgroupID] = x;
    barrier();
    float all = 0;
    for (uint i = 0; i < gl_NumSubgroups; ++i) all += reduceParts[i];
    return all;
}

float workgroupMax(float x)
{
    x = subgroupMax(x);
    barrier();
    if (subgroupElect()) reduceParts[gl_SubgroupID] = x;
    barrier();
    float all = reduceParts[0];
    for (uint i = 1; i < gl_NumSubgroups; ++i) all = max(all, reduceParts[i]);
    return all;
}
