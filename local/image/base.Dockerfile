# What a Node program needs and no more: no shell, no package manager.
FROM scratch
ADD base.tar /
COPY node /usr/local/bin/node
ENV PATH=/usr/local/bin:/usr/bin:/bin
